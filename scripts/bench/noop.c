/* The least a process can do: what is left of a measurement when a program does nothing. */
int main(void)
{
    return 0;
}
