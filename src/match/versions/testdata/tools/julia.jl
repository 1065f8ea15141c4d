# Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid.
for line in eachline()
    answer = try
        a, b = map(VersionNumber, split(line, ' '))
        a < b ? -1 : a > b ? 1 : 0
    catch problem
        problem isa ArgumentError || problem isa OverflowError || rethrow()
        "invalid"
    end
    println(answer)
end
