-- Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid.
import Distribution.Parsec (simpleParsec)
import Distribution.Version (Version)

main :: IO ()
main = interact (unlines . map (answer . words) . lines)

answer :: [String] -> String
answer [a, b] = case (simpleParsec a, simpleParsec b) of
  (Just v, Just w) -> show (fromEnum (compare (v :: Version) w) - 1)
  _ -> "invalid"
answer _ = "invalid"
