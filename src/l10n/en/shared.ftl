### What several rooms say, in English. The files of `zh/` have the same messages with the same arguments.

verbatim = { $text }
names = {", "}
    .and = {" and "}
    .or = {" or "}
did-you-mean = did you mean `{ $near }`?
there-is = there is { $names }
write-right = write `{ $right }`

## how much is wrong

summary-clean = no errors in { $files ->
        [one] { $files } file
       *[other] { $files } files
    }
summary-warnings = { $warnings ->
        [one] { $warnings } warning
       *[other] { $warnings } warnings
    } in { $files ->
        [one] { $files } file
       *[other] { $files } files
    }
summary-errors = { $errors ->
        [one] { $errors } error
       *[other] { $errors } errors
    } in { $files ->
        [one] { $files } file
       *[other] { $files } files
    }
summary-both = { $errors ->
        [one] { $errors } error
       *[other] { $errors } errors
    }, { $warnings ->
        [one] { $warnings } warning
       *[other] { $warnings } warnings
    } in { $files ->
        [one] { $files } file
       *[other] { $files } files
    }
summary-see = { $summary }: see `qun check { $playbook }`
way-out = {"help: "}
see-also = see also { $file }
