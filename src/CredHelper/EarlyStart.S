    /* The C library calls what .preinit_array lists with argc, argv and envp, before main and the runtime. */
    .section .preinit_array,"aw"
    .balign 8
    .quad credhelper_early_start
    .section .note.GNU-stack,"",%progbits
