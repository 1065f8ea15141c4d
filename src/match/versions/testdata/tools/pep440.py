# Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid: packaging, or the copy of it that pip brings.
import sys

try:
    from packaging.version import InvalidVersion, Version
except ImportError:
    from pip._vendor.packaging.version import InvalidVersion, Version
for line in sys.stdin:
    try:
        a, b = (Version(text) for text in line[:-1].split(" "))
        print((a > b) - (a < b))
    except InvalidVersion:
        print("invalid")
