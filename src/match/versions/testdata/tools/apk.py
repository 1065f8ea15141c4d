# Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid: the library univers.
import sys
from univers.versions import AlpineLinuxVersion, InvalidVersion

for line in sys.stdin:
    try:
        a, b = map(AlpineLinuxVersion, line.split())
    except InvalidVersion:
        print("invalid")
    else:
        print((a > b) - (a < b))
