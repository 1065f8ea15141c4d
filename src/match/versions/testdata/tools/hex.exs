# Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid.
for line <- IO.stream(:stdio, :line) do
  with [a, b] <- String.split(String.trim_trailing(line, "\n"), " "),
       {:ok, v} <- Version.parse(a),
       {:ok, w} <- Version.parse(b) do
    IO.puts(%{lt: -1, eq: 0, gt: 1}[Version.compare(v, w)])
  else
    _ -> IO.puts("invalid")
  end
end
