"""What the checks read of Swift: files, code without its comments and strings, and imports."""
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?([A-Za-z_]\w*)")


def swift_files(folder):
    """Paths relative to the root, sorted; hidden folders left out."""
    found = []
    for at, folders, files in os.walk(os.path.join(ROOT, folder)):
        folders[:] = [f for f in folders if not f.startswith(".")]
        found += [os.path.relpath(os.path.join(at, f), ROOT) for f in files if f.endswith(".swift")]
    return sorted(found)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def code_only(text):
    """The text with comments and the insides of strings blanked; every line and column stays where it was."""
    out = []
    at, end = 0, len(text)

    def blank(to):
        nonlocal at
        out.append(re.sub(r"[^\n]", " ", text[at:to]))
        at = to

    while at < end:
        if text.startswith("//", at):
            to = text.find("\n", at)
            blank(end if to < 0 else to)
        elif text.startswith("/*", at):
            depth, to = 1, at + 2
            while to < end and depth:
                if text.startswith("/*", to):
                    depth, to = depth + 1, to + 2
                elif text.startswith("*/", to):
                    depth, to = depth - 1, to + 2
                else:
                    to += 1
            blank(to)
        elif opened := re.compile(r'(#*)("""|")').match(text, at):
            hashes, quote = opened.groups()
            blank(_string_end(text, opened.end(), quote, hashes))
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def _string_end(text, at, quote, hashes):
    """Where a string that was opened before `at` is over; an interpolation counts as part of it."""
    close, escape, depth = quote + hashes, "\\" + hashes, 0
    while at < len(text):
        if depth == 0 and text.startswith(close, at):
            return at + len(close)
        if text.startswith(escape + "(", at):
            depth, at = depth + 1, at + len(escape) + 1
        elif depth and text[at] == '"':
            at = _string_end(text, at + 1, '"', "")
        elif depth and text[at] in "()":
            depth, at = depth + (1 if text[at] == "(" else -1), at + 1
        elif depth == 0 and text.startswith(escape, at):
            at += len(escape) + 1
        elif quote == '"' and text[at] == "\n":
            return at
        else:
            at += 1
    return at


def imports(path):
    """(line number, module) of each import of a file."""
    return [(number, match.group(1)) for number, line in enumerate(code_only(read(path)).split("\n"), 1)
            for part in line.split(";") if (match := IMPORT.match(part))]


def report(problems, good):
    """Prints the problems, or one line that says what holds; returns the exit status."""
    for problem in problems:
        print(problem)
    if not problems:
        print(good)
    return 1 if problems else 0
