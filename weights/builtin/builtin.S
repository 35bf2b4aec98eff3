/* The built-in weights as read-only data; BUILTIN_LITE_FILE comes from CMake. */
    .section .rodata
    .balign 64
    .global colourize_builtin_lite_begin
    .global colourize_builtin_lite_end
    /* Not a part of the shared library's interface. */
    .hidden colourize_builtin_lite_begin
    .hidden colourize_builtin_lite_end
colourize_builtin_lite_begin:
    .incbin BUILTIN_LITE_FILE
colourize_builtin_lite_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
