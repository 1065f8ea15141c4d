# Answers pairs of versions, one `a b` a line, by -1, 0 or 1: the function of libalpm that vercmp(8) calls.
import ctypes
import ctypes.util
import sys

compare = ctypes.CDLL(ctypes.util.find_library("alpm")).alpm_pkg_vercmp
for line in sys.stdin:
    a, b = line.encode().split()
    result = compare(a, b)
    print((result > 0) - (result < 0))
