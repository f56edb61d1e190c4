### What is wrong with the writing of a playbook, in English.
### A headline states the fact in the writer's words, a label makes sense alone, the help holds the way out.

## limits

syntax-file-too-large = the file has { $bytes } bytes
    .label = the file begins here
    .help = a file has at most { $most } bytes: split it, all files of a folder are one playbook
syntax-too-many-items = the file has too many items
    .label = more than { $most } items come before this
    .help = split the file, all files of a folder are one playbook
syntax-too-deep = this is nested too deep
    .label = more than { $most } levels
    .help = give parts of it names with `let`
syntax-too-long = the expression is too long
    .label = more than { $most } operators
    .help = give parts of it names with `let`, or compare with a list: `x in [a, b, c]`
syntax-name-too-long = the name has { $characters } characters
    .label = this name
    .help = a name has at most { $most } characters
syntax-text-too-long = the text has { $characters } characters
    .label = this text
    .help = a text has at most { $most } characters; longer ones are kept in a file: `from "content/file.yaml"`

## literals

syntax-bad-time = `{ $text }` is not a time of the day
    .label = a day runs from 00:00 to 23:59
    .help = write hours and minutes, as in `08:30`
    .help-midnight = write `00:00`, with which the next day begins
syntax-bad-date = `{ $text }` is not in the calendar
    .label = no such day
    .help = write year, month and day, as in `2026-12-24` or `2026-12-24T20:00`
syntax-unknown-unit = `{ $text }` has an unknown unit
    .label = not a unit of time
    .help = the units are `s`, `m`, `h`, `d` and `w`, as in `1d12h` (`秒`, `分钟`, `小时`, `天`, `周`)
syntax-no-unit = `{ $text }` has no unit
    .label = a duration is needed here
    .help = write `{ $text }d` for days; the units are `s`, `m`, `h`, `d` and `w`, as in `1d12h` (`秒`, `分钟`, `小时`, `天`, `周`)
syntax-unit-order = `{ $text }` has its units in the wrong order
    .label = not from the longest to the shortest
    .help = write the longest unit first and each only once, as in `1d12h`
syntax-too-large = `{ $text }` cannot be counted with
    .label = too many digits

## clauses, brackets and texts

syntax-clause-order = `{ $clause }` stands { $stands ->
        [after] after
       *[before] before
    } `{ $other }`
    .label = in the wrong place
    .other = `{ $other }` stands here
    .help-before = move `{ $clause }` before `{ $other }`
    .help-end = move `{ $clause }` to the end
syntax-twice = `{ $clause }` stands twice
    .label = the second time
    .first = the first time
    .help-when = join the conditions with `and`
    .help-do = put all actions between one pair of braces: `do {"{"} … {"}"}`
    .help = leave one of them out
syntax-chained-comparison = comparisons do not chain
    .label = a second comparison
    .help = join two comparisons with `and`
syntax-reserved-word = `{ $word }` is a word of the language, not a name
    .label = a name is needed here
    .help = choose another name
syntax-unknown-item = `{ $word }` does not begin an item
    .label = an item begins here
    .help-clause = clauses stand between the braces of an item: is it closed too early?
    .help = items begin with { $items }
syntax-unclosed = `{ $bracket }` is never closed
    .label = opened here
    .end = still open here
    .help = add `{ $closing }`
syntax-unopened = `{ $bracket }` closes nothing
    .label = no bracket is open here
    .help = leave it out, or add the bracket that it should close
syntax-crossed = `{ $open }` is closed by `{ $close }`
    .label = a bracket of another kind
    .open = opened here
    .help = write `{ $closing }`
syntax-open-text = the text is not closed on its line
    .label = the text begins here
    .help-other = a text ends only at the quote of its kind: write `{ $close }`, not `{ $other }`
    .help = add `{ $close }` at its end, or write a text of several lines between `"""` and `"""`
syntax-open-long-text = the text is never closed
    .label = the text begins here
    .help-other = a text ends only at the quote of its kind: write `{ $close }`, not `{ $other }`
    .help = add `{ $close }` at its end
syntax-open-pattern = the pattern is not closed on its line
    .label = the pattern begins here
    .help = add `/` at its end; a `/` inside of it is written `\/`
syntax-bad-hole-empty = the hole is empty
    .label = a value is needed between the braces
syntax-bad-hole-open = the hole is not closed before its text ends
    .label = the hole begins here
syntax-bad-hole-in = { $found } does not fit into a hole
    .label = a hole holds one value
syntax-bad-hole-lines = a hole runs over the end of its line
    .label = the text ends on its line
hole-help = a hole holds one value, as in `{"{"}member.name{"}"}`; a brace that is meant as such is written `{"{{"}`
found-end = the end

## what does not fit

syntax-unexpected = `{ $text }` does not fit here
    .label = { $expected }
    .help-before = add `{ $word }` before it
    .help-just = write `{ $word }`
syntax-unfinished = something is missing at the end
    .label = { $expected }
    .help-before = add `{ $word }` before it
syntax-habit = `{ $text }` does not fit here
    .label = the language says this otherwise
syntax-foreign-character = `{ $character }` is not in the language
    .label = { $expected }
syntax-invisible-character = an invisible character (U+{ $code }) stands here
    .label = { $expected }
    .help = delete it; it was perhaps pasted with the text around it
syntax-not-a-window = `{ $text }` is not a window
    .label = a window is needed here
    .help-unit = write a number with its unit, as `{ $example }`
    .help = the windows are { $windows } and the like

habit-count = count it: `{ $right }`
habit-leave-out = leave out the `{ $sign }`

expected-item = expected an item such as `rule` or `message`
expected-name = expected a name
expected-one-of = expected { $words }
expected-event = expected an event such as `message.posted`
expected-type = expected a type such as `text` or `number`
expected-text = expected a text in quotes
expected-value = expected a value such as `3`, `event.links` or `"text"`
expected-duration = expected a duration such as `10m`
expected-time = expected a time such as `08:30`
expected-schedule = expected a schedule such as `day at 08:00`, `monday at 08:00` or `2h`
expected-trigger = expected a trigger such as `on member.joined` or `every day at 08:00`
expected-action = expected an action such as `post welcome`
expected-fading = expected `last 30d`, `cleared after 30d clean`, `fade 1 per 7d` or `for ever`
expected-just = expected `{ $word }`
expected-other = nothing in the language goes on like this

## parts that are missing

missing-content = `{ $of }` says nothing
    .label = what should be said?
    .help = name a message or write a text, as in `{ $of } "…"`, or `{ $of } { $from } POOL`
missing-duration = `{ $of }` has no duration
    .label = for how long?
    .help = write `{ $example }`
missing-role = `{ $of }` is for nobody
    .label = for whom?
    .help = add a role, as in `{ $example }`
missing-approver = `{ $of }` names nobody
    .label = by whom?
    .help = add a role, as in `{ $example }`
missing-judge = `{ $of }` goes to nobody
    .label = to whom?
    .help = add a role, as in `{ $example }`
missing-due = `{ $of }` has no time by which it is due
    .label = due when?
    .help = add a duration, as in `{ $example }`
missing-within = `{ $of }` has no end
    .label = within what time?
    .help = add a duration, as in `{ $example }`
missing-per = `{ $of }` does not say in what time
    .label = how many in what time?
    .help = add a period, as in `{ $example }`
missing-by = `{ $of }` does not say what is measured
    .label = by what?
    .help = add what counts, as in `{ $example }`
missing-actions = nothing is done
    .label = actions are needed here
    .help = add `{ $do }` and an action, as in `{ $example }`
missing-do = nothing is done after `{ $of }`
    .label = actions are needed here
    .help = add `{ $do }` and an action, as in `{ $example }`
missing-else = `{ $of }` has no other branch
    .label = and if not?
    .help = add `{ $else }` and a value; a choice within a choice stands in parentheses
missing-scope = `{ $of }` does not say what it is about
    .label = about whom?
    .help = add one of { $scopes }
missing-at-time = `{ $of }` has no time of the day
    .label = at what time?
    .help = add a time, as in `{ $example }`
missing-change-policy = `{ $of }` does not say what becomes of subjects in flight
    .label = what becomes of them?
    .help = add `pin`, `follow` or `drop`, as in `{ $example }`
missing-words = `{ $of }` has no words
    .label = what does it say?
    .help = add a text in quotes, or `{ $from } "content/file.yaml"`

## slips: signs

syntax-single-equals = `=` does not compare
    .label = a comparison is needed here
    .help = write `==` or `is`
syntax-sign-for-word = `{ $wrong }` is written as a word
    .label = not in the language
    .help = write `{ $right }`
syntax-foreign-sign = `{ $wrong }` is no comparison
    .label = not in the language
    .help = write `{ $right }`
syntax-range-sign = `{ $wrong }` does not join two times
    .label = between two times
    .help = write `{ $right }`
syntax-set-to = `set` is followed by `{ $wrong }`
    .label = the value follows `=`
    .help = write `{ $right }`
syntax-setting-sign = a setting has no sign before its value
    .label = name and value alone
    .help = write `{ $right }`
syntax-field-sign = a field of an event is given with `=`
    .label = the value follows `:`
    .help = write `{ $right }`
syntax-foreign-comment = `//` does not begin a comment
    .label = not in the language
    .help = write `{ $right }`
syntax-foreign-quotes = `{ $wrong }` is in quotes of another kind
    .label = texts stand in `"` or in `“` and `”`
    .help = write `{ $right }`
syntax-events-by-or = `{ $wrong }` does not join events
    .label = between two events
    .help = separate events with `,`
syntax-comma-between = a comma stands between two actions
    .label = actions follow one another
    .help = leave it out, or write `;`

## slips: clauses

syntax-not-inside = `{ $wrong }` has its `not` inside
    .label = `not` stands before a comparison
    .help = write `{ $right }`
syntax-if-for-when = `{ $wrong }` does not begin a condition
    .label = a condition begins here
    .help = write `{ $right }`
syntax-then-for-do = `{ $wrong }` does not begin actions
    .label = actions begin here
    .help = write `{ $right }`
syntax-else-for-otherwise = `{ $wrong }` does not begin actions
    .label = actions begin here
    .help = write `{ $right }`
syntax-otherwise-for-else = `{ $wrong }` does not end a limit
    .label = no actions follow
    .help = write `{ $right }`
syntax-no-do = `{ $wrong }` stands without `do`
    .label = actions begin here
    .help = write `{ $right }`
syntax-no-when = `{ $wrong }` stands without `when`
    .label = a condition begins here
    .help = write `{ $right }`
syntax-once-every = `{ $wrong }` mixes `once` with a schedule
    .label = how often at most?
    .help = write `{ $right }`
syntax-once-per-period = `{ $wrong }` names a period of the calendar
    .label = `once` takes a duration
    .help = write `{ $right }`
syntax-no-braces = several actions stand without braces
    .label = more than one action
    .help = write `{ $right }`
syntax-on-in-flow = an event in a flow neither starts nor stops it
    .label = what does it do?
    .help = write `{ $right }`, or `stop on`, `update on`, `restart on`
syntax-otherwise-in-step = only rules and tasks have `otherwise`
    .label = this is not for a step or a row
    .help = add another step with the opposite `when`
syntax-each-in-message = `{ $wrong }` has no place here
    .label = nothing triggers this item
    .help = write `{ $right }`
syntax-open-branch = the comparison after `then` stands open
    .label = parentheses are needed here
    .help = write `{ $right }`
syntax-open-weight = `{ $wrong }` stands open after `strike`
    .label = parentheses are needed here
    .help = write `{ $right }`

## slips: numbers and times

syntax-inner-space = `{ $wrong }` has a space inside
    .label = number and unit belong together
    .help = write `{ $right }`
syntax-thousands-comma = `{ $wrong }` has a comma for thousands
    .label = a comma separates values
    .help = write `{ $right }`
syntax-long-unit = `{ $wrong }` is not how durations are written
    .label = not a unit of the language
    .help = write `{ $right }`; the units are `s`, `m`, `h`, `d` and `w`
    .help-chinese = write `{ $right }`; the units are `秒`, `分钟`, `小时`, `天` and `周`
syntax-short-time = `{ $wrong }` is not written in full
    .label = two digits for each part
    .help = write `{ $right }`
syntax-seconds = `{ $wrong }` has seconds
    .label = hours and minutes are enough
    .help = write `{ $right }`
syntax-unsigned-offset = `{ $wrong }` has no sign
    .label = before or after the anchor?
    .help = write `{ $right }` for after the anchor, `-` for before it
syntax-day-with-unit = `{ $wrong }` has a unit
    .label = days are counted without one
    .help = write `{ $right }`
syntax-foreign-money = `{ $wrong }` is not how money is written
    .label = a sum of money
    .help = write `{ $right }`

## slips: names

syntax-glued-word = there is no space after `{ $keyword }`
    .label = read as one word
    .help = write `{ $right }`
syntax-spaced-dot = `{ $wrong }` is not joined by a plain dot
    .label = one name, without spaces
    .help = write `{ $right }`
syntax-hyphen = `{ $wrong }` has a hyphen
    .label = names have letters, digits and `_`
    .help = write `{ $right }`
syntax-no-parentheses = `{ $wrong }` has no parentheses
    .label = an action of your own has them
    .help = write `{ $right }`
syntax-set-of-subject = `{ $wrong }` is more than a field's name
    .label = the field alone is needed here
    .help = write `{ $right }`
syntax-key-of-event = `{ $wrong }` is more than a field's name
    .label = the field alone is needed here
    .help = write `{ $right }`
syntax-due-at = `{ $wrong }` is a time, not a duration
    .label = a time follows `at`
    .help = write `{ $right }`
