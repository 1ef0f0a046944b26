#include "tui/verbs/tty.h"

#include <sys/ioctl.h>
#include <unistd.h>

int tty_width(FILE *out)
{
    struct winsize size;
    int fd = fileno(out); /* -1 for a stream in memory */
    if (fd < 0 || !isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

bool tty_for_talk(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool tty_for_questions(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}
