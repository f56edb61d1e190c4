### 对人说的话，中文。`en/` 的文件里有同样的消息和同样的参数。
### 标题陈述事实，不带句号，名字放在反引号里；出路写在 `.help`。

## lint：总述

lint-summary =
    { $files } 个文件中{ $findings ->
        [0] 没有发现
       *[other] 有 { $findings } 处发现
    }
lint-allowed = ，另有 { $findings } 处已允许
lint-fixable = ；`--fix` 可修正 { $findings } 处

## 例证

witness-date = 例证：{ $date }
witness-events =
    例证：{ $events ->
        [1] 一个事件，{ $last }，{ $date }
       *[other] 到 { $date } 为止的 { $events } 个事件，最后一个是 { $last }
    }

## 名字

confusable-names = `{ $name }` 看上去像 `{ $other }`，其实是另一个名字
    .here = 用了别的字符
    .other = 先出现的一个
    .help = 只留一种写法
person-by-id = `{ $who }` 与固定的值 `{ $what }` 比较
    .here = 指定了某个人或某个群
    .help = 改用角色、标签、群类或字段，由名录说明是谁

## 重叠

rule-shadowed = `{ $name }` 没有任何效果：它执行时 `{ $other }` 总是做同样的事
    .here = 只在另一条也执行时才执行
    .other = 做同样的事，而且更常执行
    .help = 去掉它，或者让其中一条管别的情形、做别的事
rule-redundant = `{ $name }` 与 `{ $other }` 在同样的情形下做同样的事
    .here = 第二次做
    .other = 第一次做
    .help = 去掉其中一条
threshold-boundary = `{ $term }` 恰好是 { $at } 时什么也不执行
    .here = 从它之上开始
    .other = 到它之下为止
    .help = 在一侧写 `>=` 或 `<=`
actions-conflict = `{ $one }` 与 `{ $two }` 会在同一个事件上发生
    .here = 抵消另一个
    .other = 先执行
    .help = 让两处条件互相排除

## 正则

regex-literal = 正则 `/{ $pattern }/` 只是普通文字
    .here = 没有任何特殊之处
    .help = 写作 `contains "{ $pattern }"`
regex-always = 正则 `/{ $pattern }/` 在任何文本里都能匹配
    .here = 它可以匹配空文本
    .help = 要求至少一个：用 `+` 代替 `*`，或者去掉这个条件

## 引用

message-unused = 没有任何地方发送文案 `{ $name }`
    .here = 从未使用
    .help = 用上它，或者删掉
declared-unused =
    没有任何地方使用{ $sort ->
        [kind] 群类
        [role] 角色
        [tag] 标签
        [class] 类别
        [points] 积分
        [field] 字段
        [voice] 口吻
        [event] 事件
        [action] 动作
        [pool] 内容池
        [let] 定义
        [segment] 分群
        [metric] 指标
       *[other] { $sort }
    } `{ $name }`
    .here = 声明之后再没提到
    .help = 用上它，或者删掉
never-emitted = 这个剧本里没有什么会引出 `{ $event }`
    .here = 永远不会发生
    .help = 只有剧本自己能引出它：缺了相应的动作

## 允许

suppression-unused = 这里没有 `{ $name }` 要允许的发现
    .here = 什么也没允许
    .help = 删掉它
suppression-expired = 它只到 { $date } 有效
    .here = 已过期
    .help = 修正它遮住的问题，或者重新审视后另定日期
suppression-invalid-name = 没有名为 `{ $name }` 的检查
    .here = 不起作用
    .help = 最接近的是 `{ $near }`；`qun explain-lint` 列出全部
suppression-invalid-reason = 允许必须写明理由
    .here = 不起作用
    .help = 写作 `# allow(name) reason="为什么可以保留"`
suppression-invalid-form = 这条允许读不懂
    .here = 不起作用
    .help = 写作 `# allow(name) reason="为什么可以保留" until=2026-12-31`

## 审批

approval-nobody = 名录中没有人担任角色 `{ $role }`
    .here = 无人可问
    .help = 换一个有人担任的角色，或者把担任者写进名录

## 连锁

cascade-cycle = 它们没完没了地互相触发：{ $path }
    .here = 第一个
    .next = 被前面的动作触发，然后又绕回去
    .help = 用条件、`once per` 或限制让它停下来

## 时钟

clock-change-skipped = { $dates } 的时钟跳过 { $time }
    .here = 那天在跳过之后才来
    .help = 选一个不在时钟变更那一小时里的时间
clock-change-twice = { $dates } 的时钟两次走到 { $time }
    .here = 那天在第一次时来
    .help = 选一个不在时钟变更那一小时里的时间
day-rare = `{ $written }` 在 48 个月里只有 { $count } 个月会来
    .here = 例如 { $month } 就没有
    .help = 写 `on last day`，或者选每个月都有的日子

## 条件

condition-never-true = 这条规则永远不会执行：`{ $one }` 与 `{ $two }` 不可能同时成立
    .here = 与另一处矛盾
    .other = 与前一处矛盾
    .help = 改其中一处，或者用 `or` 连接
condition-never-true-alone = 这条规则永远不会执行：被触发时 `{ $written }` 从不成立
    .here = 在这里从不成立
    .help = 看看是什么触发了规则：眼前的事件已经计入；等的那段时间也已经过去
condition-never-true-then = 这永远不会执行：在 `{ $schedule }` 的任何一个时间，`{ $written }` 都不成立
    .here = 在这些时间从不成立
    .other = 只在这些时间触发
    .help = 改时间，或者改条件：没有哪个钟点、哪一天能同时符合两者
condition-always-true-then = 在 `{ $schedule }` 的每一个时间，`{ $written }` 都成立
    .here = 等于没有条件
    .other = 只在这些时间触发
    .help = 去掉条件；如果本来想排除其中一些时间，就改条件
condition-always-true = 规则每次被触发时 `{ $written }` 都成立
    .here = 等于没有条件
    .help = 去掉条件，或者要求更多：眼前的事件已经计入
comparison-out-of-range = `{ $written }` 永远不成立
    .here = 超出了可能的范围
    .help = 小时是 0 到 23；数量、人数、积分和距今时长都不会小于零
comparison-out-of-range-always = `{ $written }` 永远不会不成立
    .here = 不可能是别的结果
    .help = 去掉它，或者换一个有人达不到的界限
comparison-out-of-range-nobody = `{ $written }` 一个人也选不出
    .here = 不到一个
    .help = 至少取一个
comparison-out-of-range-share = `{ $written }` 会选中所有人
    .here = 比全部还多
    .help = 写小于 100% 的比例，或者去掉这一句

## 平台

acts-again = `{ $written }` 成立以后，之后的每一次 `{ $event }` 都会再执行一遍
    .here = 会一直成立
    .other = 每次都会再来
    .help = 加上 `once per 1h`；或者用 `==`，只在正好到这个数时执行
award-without-limit = 反复 `{ $event }` 就能一直得分
    .here = 没有上限
    .help = 加上 `once per 20h`，或者设限制：`limit fair for member { "{" } on award at most 3 per day else skip { "}" }`
connector-cannot = { $platform } 无法执行 `{ $action }`
    .here = 只能由人来做
    .help = 改成任务：`task "…" for owner due 1h`
misfit-no-route = 没有一条路由接收所有群的 `{ $action }`
    .here = 发往哪里由配置决定
    .help = 在 routes 最后加一条只有 `to` 的路由；`to: none` 表示不发
misfit-no-route-for = 没有一条路由接收所有群里给 `{ $role }` 的 `{ $action }`
    .here = 发往哪里由配置决定
    .help = 在 routes 最后加一条只有 `to` 的路由；`to: none` 表示不发
misfit-cannot = `{ $connector }`（{ $title }）无法执行 `{ $action }`
    .here = 配置会把它发到那里
    .help = 改成任务，或者换一条路：写一条 `actions: [{ $word }]` 的路由，`to` 指向别处，或写 `to: none`
misfit-destination = 没有告诉 `{ $connector }`（{ $title }）任务发给谁
    .here = 配置会把它发到那里
    .help = 给一条 `actions: [task]` 的路由加上 `destination`
misfit-mute = `{ $connector }`（{ $title }）的禁言最长 { $most }
    .here = 配置会把它发到那里
    .help = 写短一点的时间
misfit-too-long = `{ $connector }`（{ $title }）的一条消息最多 { $most } { $unit ->
        [bytes] 字节
       *[other] 字
    }，这里有 { $length }
    .here = 配置会把它发到那里
    .help = 说得短一些，或者分成几条
connector-cannot-mute = { $platform } 的禁言最长 { $most }
    .here = 这里是 { $during }
    .help = 禁言 { $most }，或者经审批移出
message-too-long = { $platform } 的一条消息最多 { $most } { $unit ->
        [bytes] 字节
       *[other] 字
    }
    .here = 不算空位已有 { $length } { $unit ->
        [bytes] 字节
       *[other] 字
    }
    .help = 拆成几条，或者把长的部分放到链接里
schedule-too-frequent = { $platform } 每分钟只接受同一发送者 { $most } 条
    .here = 每分钟 { $often } 条
    .help = 发得少一些，或者合成一条

## 读取与窗口

reads-without-trigger = `{ $event }` 发生时没有什么会触发它
    .here = 以后才可能累积起来
    .trigger = 规则只看这一刻
    .help = 用 `on { $event }` 或排期来触发，或者写成流程里以后的一步
window-key = `{ $written }` 数的是所有人，受罚的却是一个成员
    .here = 不是这个成员自己的
    .action = 落在最后一个人身上
    .help = 去掉 `by`，只数成员自己的；或者对整个群采取动作

## 内容

content-runs-out = `{ $message }` 的内容到 { $last } 为止
    .here = 还会继续：下一次没有内容的时间是 { $next }
    .file = 最后一篇是 { $last } 的
    .help = 往文件里加内容，或者去掉日期让它们轮流
message-twins-drift = `{ $name }` 与 `{ $other }` 的占位不同：{ $holes }
    .here = 说的是别的
    .other = 它的另一语言版本
    .help = 把两边改成一致
message-twins-drift-texts = `{ $other }` 有 { $one } 种说法，`{ $name }` 有 { $two } 种
    .here = 说的是别的
    .other = 它的另一语言版本
    .help = 把两边改成一致
muted-cannot-answer = 在群里问一个同时被禁言的人
    .here = 在那里无法回答
    .mute = 不许发言
    .help = 用 `dm` 来问，或者先问再禁言

## 流程

flow-after-leaving = 成员离开后流程 `{ $flow }` 仍在继续
    .here = 没有 `stop on member.left`
    .step = 那时仍会执行
    .help = 加上 `stop on member.left, member.removed, member.banned`

flow-dead-step = 这一步总是被跳过：`{ $written }` 从不成立
    .here = 从不成立
    .help = 改条件，或者去掉这一步
flow-dead-step-time = 这一步总是被跳过：在它的时间，`{ $written }` 不成立
    .here = 在那个时间不成立
    .help = 改这一步的时间，或者改条件
flow-dead-step-start = 这一步总是被跳过：`{ $written }` 与流程的开始矛盾
    .here = 对任何一次运行都不成立
    .other = 对每一次运行都成立
    .help = 步骤里的 `event` 是开始流程的那个事件：改条件，或者让更多事件开始流程
flow-dead-step-goal = 这一步总是被跳过：`{ $written }` 成立时目标已经达到
    .here = 目标达到以后才成立
    .other = 在这一步之前就结束流程
    .help = 每一步之前都会先看目标：去掉这一步或者目标
flow-step-after-end = 这一步永远不会来：流程在 { $end } 后已被终止
    .here = 比结束还晚
    .end = 总是终止流程
    .help = 把这一步放到终止之前，或者把终止放到它之后
flow-no-end = 任务没人完成时流程 `{ $flow }` 会一直进行下去
    .here = 没有 `stop on`，也没有 `goal when`
    .step = 等着任务
    .help = 加上 `stop on …` 或 `goal when …`

## 处罚

no-appeal = 处罚 `{ $ladder }` 不受理申诉
    .here = 没有回头路
    .sanction = 可能出错的处罚
    .help = 加上 `appeal within 3d to ROLE`
sanction-without-warning = 第一次处罚就把成员移出，而且无人需要同意
    .here = 立即执行
    .help = 先用处罚阶梯提醒，或者加上 `needs approval by ROLE within 24h else drop`
ladder-exempts = 对 `{ $role }` 来说这不算违规
    .here = 被豁免
    .help = 让规则约束所有人，或者在旁边写明理由
ladder-step-unreachable = 处罚 `{ $ladder }` 的累计永远到不了 { $step }
    .here = 同时有效的最多 { $most }
    .help = 让过失保留更久、记得更勤，或者降低这一级

## 文案

message-missing-value = `{ $written }` 可能没有值
    .here = 没有值时什么也不会发
    .help = 用 `else` 给一个替代，或者在条件里先问
message-secret = 这段文字里有像密钥、令牌或手机号的内容
    .here = 人人都能看到
    .help = 去掉它；若是真的，请更换
message-mention-all = 这段文字提醒所有人：`{ $call }`
    .here = 每个人的手机都会响
    .help = 去掉提醒，或者为它单设限制

## 安静时段与限制

quiet-hours-swallow-skip = 这永远不会发生：它的每个时间都在 `{ $limit }` 的安静时段里
    .here = 总是被跳过
    .limit = 安静到 { $end }
    .help = 选一个安静时段以外的时间
quiet-hours-swallow-defer = 它的每个时间都在 `{ $limit }` 的安静时段里
    .here = 总是推迟到 { $end }
    .limit = 安静到 { $end }
    .help = 如果就要那时来，写 { $end }；否则选安静时段以外的时间
quiet-hours-burst = `{ $limit }` 把 { $count } 个排期都推迟到 { $at }
    .here = 同时放行
    .schedule = 其中之一
    .help = 选安静时段以外、彼此错开的时间
cap-vs-schedule = 排了 { $planned } 条，而 `{ $limit }` 只允许 { $most } 条
    .here = 从 { $date } 起的那段时间里多了一条
    .limit = 至多 { $most } 条
    .help = 少排一些，或者放宽限制

## 等级

tier-gap = 在 { $from } 与 { $to } 之间既不是 `{ $lower }` 也不是 `{ $level }`
    .here = 在下一级开始之前就结束了
    .next = 下一级
    .help = 去掉上限：总是取成立的最高一级
tier-overlap = 没有人会升到 `{ $level }`：够格的人也够格更高一级
    .here = 被更高一级盖住
    .other = 要求并不更高
    .help = 把各级按顺序排好：每一级都要比下一级要求更高
tier-overlap-partly = 在 { $from } 与 { $to } 之间 `{ $level }` 与 `{ $higher }` 同时成立
    .here = 伸进了下一级
    .other = 下一级，那里取它
    .help = 低一级只写下限，或者在下一级开始处结束
tier-flaps = 站在 `{ $level }` 界线上的人会在每次复评中升升降降
    .here = 复评频繁，而且一次不合格就降级
    .window = 滑动的窗口
    .help = 加上 `demote after 3 reviews`，或者少复评几次

## 日志说了什么

log-acted =
    { $times ->
        [0] { $item } 从未执行
       *[other] { $item } 执行了 { $times } 次
    }
log-summary = 日志里的 { $events } 个事件：
log-never-acts = 日志的 { $events } 个事件里 `{ $name }` 一次也没有执行
    .here = 一次也没有
    .help = `qun simulate` 会说差多少；放宽要求，或者去掉它
log-threshold = `{ $written }` 在日志里成立 { $now } 次；写 { $low } 是 { $below } 次，写 { $high } 是 { $above } 次
    .here = 动一格结果就变四分之一以上
    .help = 选一个两边变化不大的界限，或者看看它旁边的情形

## 窗口

window-unbounded = 没有窗口的 `{ $function }`（`{ $event }`）会永远记住每个值
    .here = 随日志增长
    .help = 加一个窗口，如 `last 90d`

## 可以告诉成员的话

told-mute = 你于 { $at } 被「{ $item }」禁言{ $length }。
told-remove = 你于 { $at } 被「{ $item }」移出群。
told-ban = 你于 { $at } 被「{ $item }」封禁{ $length }。
told-warn = 你于 { $at } 收到「{ $item }」的警告。
told-other = { $at }，「{ $item }」为你执行了：{ $action }。
told-waits = { $at }，「{ $item }」为你提出了：{ $action }，正在等待。
told-not-done = { $at }，「{ $item }」本会为你执行 { $action }，但没有执行。
told-length = {" "}{ $length }
told-strikes = 你的违规累计为 { $total }。
told-figures = 依据：{ $figures }。
