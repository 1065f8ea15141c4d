# Answers pairs of versions, one `a b` a line, by -1, 0, 1 or invalid.
pairs <- strsplit(readLines(file("stdin")), " ", fixed = TRUE)
first <- numeric_version(vapply(pairs, `[`, "", 1), strict = FALSE)
second <- numeric_version(vapply(pairs, `[`, "", 2), strict = FALSE)
answers <- ifelse(first < second, "-1", ifelse(first > second, "1", "0"))
writeLines(ifelse(is.na(first) | is.na(second) | is.na(answers), "invalid", answers))
