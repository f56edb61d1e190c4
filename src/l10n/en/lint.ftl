### What is said to people, in English. The files of `zh/` have the same messages with the same arguments.
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
lint-allowed = , { $findings } let stand
lint-fixable = ; `--fix` mends { $findings }

## witnesses

witness-date = shown by { $date }
witness-events =
    shown by { $events ->
        [one] one event: { $last }, { $date }
       *[other] { $events } events up to { $date }, the last: { $last }
    }

## names

confusable-names = `{ $name }` looks like `{ $other }` and is another name
    .here = spelt with other letters
    .other = the first one
    .help = keep one spelling
person-by-id = `{ $who }` is compared with the fixed value `{ $what }`
    .here = one person or group
    .help = ask for a role, a tag, a kind of group or a field, and let a directory say who has it

## overlaps

rule-shadowed = `{ $name }` changes nothing: `{ $other }` does the same whenever it acts
    .here = acts only where the other does
    .other = does the same, and acts more often
    .help = take it out, or let one of the two act in other cases or do something else
rule-redundant = `{ $name }` and `{ $other }` do the same in the same cases
    .here = done a second time
    .other = the first time
    .help = take one of the two out
threshold-boundary = nothing acts where `{ $term }` is exactly { $at }
    .here = begins above it
    .other = ends below it
    .help = write `>=` or `<=` on one side
actions-conflict = `{ $one }` and `{ $two }` can happen at one event
    .here = undoes the other
    .other = done first
    .help = let the conditions exclude each other

## patterns

regex-literal = the pattern `/{ $pattern }/` is a plain text
    .here = nothing special in it
    .help = write `contains "{ $pattern }"`
regex-always = the pattern `/{ $pattern }/` finds something in every text
    .here = it may match nothing at all
    .help = ask for at least one: `+` in place of `*`, or leave the condition out

## references

message-unused = nothing says the message `{ $name }`
    .here = never used
    .help = say it somewhere, or take it out
declared-unused = nothing uses the { $sort } `{ $name }`
    .here = declared and never named again
    .help = use it, or take it out
never-emitted = nothing in the playbook brings about `{ $event }`
    .here = this never happens
    .help = only the playbook itself can bring it about: an action that does so is missing

## suppressions

suppression-unused = nothing is found here that `{ $name }` would let stand
    .here = hides nothing
    .help = take it out
suppression-expired = this held until { $date }
    .here = expired
    .help = mend what it hides, or look again and set another date
suppression-invalid-name = there is no lint `{ $name }`
    .here = hides nothing
    .help = the nearest name is `{ $near }`; `qun explain-lint` lists all
suppression-invalid-reason = a suppression needs a reason
    .here = hides nothing
    .help = write `# allow(name) reason="why it may stand"`
suppression-invalid-form = this suppression cannot be read
    .here = hides nothing
    .help = write `# allow(name) reason="why it may stand" until=2026-12-31`

## approvals

approval-nobody = nobody in the directory holds the role `{ $role }`
    .here = nobody to ask
    .help = name a role that somebody holds, or put the holder into the directory

## cascades

cascade-cycle = these wake each other without end: { $path }
    .here = the first
    .next = woken by what is done before, and back again
    .help = let a condition, `once per` or a limit end the chain

## clocks

clock-change-skipped = the clocks skip { $time } on { $dates }
    .here = comes at the end of the gap then
    .help = choose a time outside the hour of the clock change
clock-change-twice = the clocks show { $time } twice on { $dates }
    .here = comes at the first of the two
    .help = choose a time outside the hour of the clock change
day-rare = `{ $written }` comes in { $count } of 48 months
    .here = not in { $month }, for one
    .help = write `on last day`, or a day that every month has

## conditions

condition-never-true = this rule never acts: `{ $one }` and `{ $two }` are never both true
    .here = contradicts the other
    .other = contradicts the first
    .help = change one of the two, or join them by `or`
condition-never-true-alone = this rule never acts: `{ $written }` is never true when it is woken
    .here = never true here
    .help = look at what wakes the rule: the event at hand is already counted, and a silence has lasted
condition-never-true-then = this never happens: `{ $written }` is not true at any time of `{ $schedule }`
    .here = never true at these times
    .other = comes only at these times
    .help = change the times, or the condition: no hour and no day fits both
condition-always-true-then = `{ $written }` is true at every time of `{ $schedule }`
    .here = asks for nothing
    .other = comes only at these times
    .help = leave the condition out, or change it if some of these times were meant to be left out
condition-always-true = `{ $written }` is true whenever the rule is woken
    .here = asks for nothing
    .help = leave the condition out, or ask for more: the event at hand is already counted
comparison-out-of-range = `{ $written }` is never true
    .here = beyond what it can ever be
    .help = hours are 0 to 23; counts, sizes, balances and times since something are never below zero
comparison-out-of-range-always = `{ $written }` is never false
    .here = it can never be otherwise
    .help = leave it out, or choose a bound that somebody may miss
comparison-out-of-range-nobody = `{ $written }` takes nobody
    .here = less than one
    .help = take one at least
comparison-out-of-range-share = `{ $written }` takes everybody
    .here = more than all of them
    .help = write a share below 100%, or leave the choice out

## connector

acts-again = once `{ $written }` is true, the rule acts at each further `{ $event }`, too
    .here = stays true
    .other = comes again each time
    .help = add `once per 1h`, or compare with `==` so that one number alone counts
award-without-limit = whoever repeats `{ $event }` gets points each time
    .here = without end
    .help = add `once per 20h`, or a limit: `limit fair for member { "{" } on award at most 3 per day else skip { "}" }`
connector-cannot = { $platform } has no way to `{ $action }`
    .here = people must do it
    .help = make it a task: `task "…" for owner due 1h`
misfit-no-route = no route takes `{ $action }` of every group
    .here = the configuration says where it goes
    .help = end the routes with one that has only `to`; `to: none` drops it
misfit-no-route-for = no route takes `{ $action }` for `{ $role }` of every group
    .here = the configuration says where it goes
    .help = end the routes with one that has only `to`; `to: none` drops it
misfit-cannot = `{ $connector }` ({ $title }) cannot { $action }
    .here = the configuration sends it there
    .help = write it as a task, or send it another way: `actions: [{ $word }]` with another `to`, or with `to: none`
misfit-destination = `{ $connector }` ({ $title }) is not told where tasks go
    .here = the configuration sends it there
    .help = add `destination` to a route with `actions: [task]`
misfit-mute = `{ $connector }` ({ $title }) mutes for { $most } at most
    .here = the configuration sends it there
    .help = write a shorter time
misfit-too-long = `{ $connector }` ({ $title }) takes texts of { $most } { $unit }, and this has { $length }
    .here = the configuration sends it there
    .help = say it in fewer words, or in several messages
connector-cannot-mute = { $platform } keeps a mute for { $most } at most
    .here = this one is for { $during }
    .help = mute for { $most }, or remove with an approval
message-too-long = { $platform } takes { $most } { $unit } in one message
    .here = { $length } { $unit } without its holes
    .help = split it, or put the long part where a link can lead
schedule-too-frequent = { $platform } takes { $most } posts a minute from one sender
    .here = { $often } a minute
    .help = post less often, or several things in one post

## reads and windows

reads-without-trigger = nothing wakes this when `{ $event }` comes
    .here = can only add up later
    .trigger = the rule looks at this moment alone
    .help = wake the rule by `on { $event }`, by a schedule, or write a flow with a step for later
window-key = `{ $written }` counts everybody, and one member is punished
    .here = not the member's own
    .action = falls on whoever came last
    .help = leave out `by`, so that the member's own are counted, or act on the group

## contents

content-runs-out = the pieces of `{ $message }` end on { $last }
    .here = goes on: the next time without a piece is { $next }
    .file = its last piece is for { $last }
    .help = add pieces to the file, or leave the dates out so that they take turns
message-twins-drift = `{ $name }` and `{ $other }` have different holes: { $holes }
    .here = says other things
    .other = its twin
    .help = bring both up to date
message-twins-drift-texts = `{ $other }` has { $one } texts and `{ $name }` has { $two }
    .here = says other things
    .other = its twin
    .help = bring both up to date
muted-cannot-answer = a question in the group to somebody who is muted at the same time
    .here = cannot be answered there
    .mute = takes the word away
    .help = ask by `dm`, or ask before muting

## flows

flow-after-leaving = the flow `{ $flow }` goes on when the member has left
    .here = no `stop on member.left`
    .step = still done then
    .help = add `stop on member.left, member.removed, member.banned`

flow-dead-step = this step is always passed over: `{ $written }` is never true
    .here = never true
    .help = change the condition, or take the step out
flow-dead-step-time = this step is always passed over: `{ $written }` is not true at its time of day
    .here = not true at that time
    .help = change the time of the step, or the condition
flow-dead-step-start = this step is always passed over: `{ $written }` contradicts what begins the flow
    .here = not true of any run
    .other = true of every run
    .help = in a step `event` is the one that began the run: change the condition, or begin the flow at more events
flow-dead-step-goal = this step is always passed over: where `{ $written }` is true the goal is reached
    .here = true only after the goal
    .other = ends the run before the step
    .help = the goal is tested right before each step: leave the step or the goal out
flow-step-after-end = this step never comes: the flow has been stopped after { $end }
    .here = later than the end
    .end = always stops the flow
    .help = move the step before the stop, or the stop behind it
flow-no-end = the flow `{ $flow }` goes on for ever where a task is never done
    .here = no `stop on`, no `goal when`
    .step = waits for the task
    .help = add `stop on …` or `goal when …`

## ladders

no-appeal = the ladder `{ $ladder }` hears no appeal
    .here = no way back
    .sanction = a sanction that may be wrong
    .help = add `appeal within 3d to ROLE`
sanction-without-warning = the first sanction here puts a member out, and nobody needs to agree
    .here = at once
    .help = warn first by a ladder, or add `needs approval by ROLE within 24h else drop`
ladder-exempts = this offence is none for who is `{ $role }`
    .here = left out
    .help = let the rule bind everybody, or say beside it why not
ladder-step-unreachable = the ladder `{ $ladder }` never reaches { $step }
    .here = at most { $most } can count at one time
    .help = let strikes last longer, give them more often, or lower the step

## messages

message-missing-value = `{ $written }` may be missing
    .here = nothing is said without it
    .help = give it a stand-in with `else`, or ask for it in the condition
message-secret = this text holds what looks like a key, a token or a mobile number
    .here = everybody can read it
    .help = take it out, and have it changed if it is real
message-mention-all = this text calls everybody: `{ $call }`
    .here = everybody's telephone rings
    .help = leave the call out, or keep it for a limit of its own

## quiet hours and limits

quiet-hours-swallow-skip = this never happens: every time of it lies in the quiet hours of `{ $limit }`
    .here = always skipped
    .limit = quiet until { $end }
    .help = choose a time outside the quiet hours
quiet-hours-swallow-defer = every time of this lies in the quiet hours of `{ $limit }`
    .here = always comes at { $end }
    .limit = quiet until { $end }
    .help = write { $end } if it is meant to come then, or choose a time outside the quiet hours
quiet-hours-burst = `{ $limit }` defers { $count } schedules to { $at }
    .here = all are released at once
    .schedule = one of them
    .help = choose times outside the quiet hours, at some distance from each other
cap-vs-schedule = { $planned } are planned, and `{ $limit }` allows { $most }
    .here = one too many in the period from { $date }
    .limit = at most { $most }
    .help = plan fewer, or allow more

## tiers

tier-gap = who stands between { $from } and { $to } is neither `{ $lower }` nor `{ $level }`
    .here = ends before the next begins
    .next = the next level
    .help = leave the upper bound out: the highest level that holds is taken
tier-overlap = nobody rises to `{ $level }`: whoever qualifies qualifies for a higher level
    .here = hidden by a higher level
    .other = asks for no more
    .help = put the levels in order: each must ask for more than the one below
tier-overlap-partly = between { $from } and { $to } both `{ $level }` and `{ $higher }` hold
    .here = reaches into the next
    .other = the next level, which is taken there
    .help = let the lower level have a lower bound alone, or end where the next begins
tier-flaps = who stands at the bound of `{ $level }` rises and falls from review to review
    .here = reviewed often, and the first failed review demotes
    .window = a window that slides
    .help = add `demote after 3 reviews`, or review less often

## what a log says

log-acted =
    { $times ->
        [0] { $item } never acted
        [one] { $item } acted once
       *[other] { $item } acted { $times } times
    }
log-summary = over { $events ->
        [one] one event
       *[other] { $events } events
    } of the log:
log-never-acts = `{ $name }` never acts in the { $events } events of the log
    .here = not once
    .help = `qun simulate` says how near it came; ask for less, or take it out
log-threshold =
    `{ $written }` holds { $now ->
        [one] once
       *[other] { $now } times
    } in the log; with { $low } it is { $below }, with { $high } { $above }
    .here = one step changes the result by a quarter or more
    .help = choose a bound where little changes on either side, or look at the cases beside it

## windows

window-unbounded = `{ $function }` of `{ $event }` without a window remembers every value for ever
    .here = grows with the log
    .help = add a window, as `last 90d`

## what may be told to a member

told-mute = You were muted on { $at }{ $length } by `{ $item }`.
told-remove = You were removed on { $at } by `{ $item }`.
told-ban = You were banned on { $at }{ $length } by `{ $item }`.
told-warn = You were warned on { $at } by `{ $item }`.
told-other = On { $at } `{ $item }` did this for you: { $action }.
told-waits = On { $at } `{ $item }` asked for this for you: { $action }; it waits.
told-not-done = On { $at } `{ $item }` would have done this for you, and did not: { $action }.
told-length = {" "}for { $length }
told-strikes = {" "}Your strikes came to { $total }.
told-figures = {" "}What counted: { $figures }.
