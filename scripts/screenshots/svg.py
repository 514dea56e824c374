#!/usr/bin/env python3
"""Runs a command on a pseudo-terminal and prints what a person sees there as an SVG picture.

    svg.py COLUMNS SHOWN-COMMAND [--replace REGEX=TEXT]… -- COMMAND…
"""
import fcntl, os, pty, re, struct, sys, termios
from html import escape

CELL, LINE, MARGIN, SIZE = 8.4, 19, 16, 14
COLOURS = {'31': '#ff7b72', '32': '#56d364', '33': '#e3b341', '36': '#79c0ff'}
PLAIN, FAINT = '#c9d1d9', '#8b949e'


def run(columns, command):
    child, terminal = pty.fork()
    if child == 0:
        os.environ['TERM'] = 'xterm'
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 60, columns, 0, 0))
    output = b''
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        output += piece
    os.waitpid(child, 0)
    return output.decode()


def cells(text, columns):
    """Lines of (character, SGR code), as a terminal of that width shows them."""
    lines, code, column = [[]], '', 0
    # A tab goes to the next multiple of eight; in our output it is at the beginning of a line, behind a diff's mark.
    text = re.sub(r'(?m)^((?:\x1b\[[0-9;]*m)?[-+ ]?)(\t+)', lambda tab: tab[1] + ' ' * (8 * len(tab[2]) - (len(tab[1]) and 1)), text)
    for part in re.split(r'(\x1b\[[0-9;?]*[A-Za-z]|\r|\n)', text):
        if part == '\n':
            lines.append([])
            column = 0
        elif part == '\r':
            column = 0
        elif part == '\x1b[K':
            del lines[-1][column:]
        elif part.startswith('\x1b['):
            code = part[2:-1] if part.endswith('m') and part != '\x1b[0m' else ''
        else:
            for character in part:
                if column == columns:
                    lines.append([])
                    column = 0
                lines[-1][column:column + 1] = [(character, code)]
                column += 1
    while lines and not lines[-1]:
        lines.pop()
    return lines


def spans(line):
    """Neighbours of one colour, with the column where they begin."""
    begin = 0
    for column in range(1, len(line) + 1):
        if column == len(line) or line[column][1] != line[begin][1]:
            text = ''.join(character for character, _ in line[begin:column])
            if text.strip():
                yield begin, text, line[begin][1]
            begin = column


def style(code):
    if code == '1':
        return f'fill="{PLAIN}" font-weight="bold"'
    return f'fill="{FAINT if code == "2" else COLOURS.get(code, PLAIN)}"'


def svg(lines, columns, title):
    width, height = columns * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
           f'height="{height:g}" role="img">')
    yield f'<title>{escape(title)}</title>'
    yield f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>'
    yield f'<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="{SIZE}" xml:space="preserve">'
    for row, line in enumerate(lines):
        for column, text, code in spans(line):
            x, y = MARGIN + column * CELL, MARGIN + row * LINE + SIZE
            yield (f'<text x="{x:g}" y="{y:g}" textLength="{len(text) * CELL:g}" {style(code)}>'
                   f'{escape(text)}</text>')
    yield '</g>'
    yield '</svg>'


def main(arguments):
    columns, shown, *rest = arguments
    options, command = rest[:rest.index('--')], rest[rest.index('--') + 1:]
    output = f'\x1b[1m# {shown}\x1b[0m\n' + run(int(columns), command)
    for option in options[1::2]:
        pattern, text = option.split('=', 1)
        output = re.sub(pattern, text, output)
    print('\n'.join(svg(cells(output, int(columns)), int(columns), shown)))


main(sys.argv[1:])
