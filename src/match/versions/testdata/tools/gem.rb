# Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid.
STDIN.each_line(chomp: true) do |line|
  pair = line.split(' ', 2)
  puts pair.all? { |text| Gem::Version.correct?(text) } ? Gem::Version.new(pair[0]) <=> Gem::Version.new(pair[1]) : 'invalid'
end
