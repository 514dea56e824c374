using CredHelper.Release;

try
{
    var options = Options.Parse(args);
    Directory.SetCurrentDirectory(options.Repository);
    if (options.List)
    {
        foreach (var target in options.Targets)
        {
            Console.WriteLine($"{target.Name}: {target.Obstacle() ?? "can be built here"}");
        }
        return 0;
    }
    new Making(options).Run();
    return 0;
}
catch (ReleaseException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
