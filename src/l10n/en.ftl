### What is said to people, in English. `zh.ftl` has the same messages with the same arguments.
### A headline states the fact: lower case, no full stop, names in backticks. The way out stands in `.help`.

## lint: the whole

lint-summary =
    { $findings ->
        [0] no findings
        [one] { $findings } finding
       *[other] { $findings } findings
    } in { $files ->
        [one] { $files } file
       *[other] { $files } files
    }
