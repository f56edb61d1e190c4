### What several rooms say, in English. The files of `zh/` have the same messages with the same arguments.

verbatim = { $text }
names = {", "}
    .and = {" and "}
    .or = {" or "}
did-you-mean = did you mean `{ $near }`?
there-is = there is { $names }
write-right = write `{ $right }`
