### 剧本写法上的错误，中文。
### 标题用写剧本的人的话说出事实，标注单独看也能懂，出路写在 help 里。

## 上限

syntax-file-too-large = 这个文件有 { $bytes } 字节，太大了
    .label = 文件从这里开始
    .help = 一个文件最多 { $most } 字节：把它拆开就行，同一个文件夹里的文件合起来算一个剧本
syntax-too-many-items = 这个文件里的条目太多
    .label = 在它前面已经有 { $most } 多个条目
    .help = 把文件拆开，同一个文件夹里的文件合起来算一个剧本
syntax-too-deep = 这里套得太深
    .label = 超过了 { $most } 层
    .help = 用 `let` 给其中几段起个名字
syntax-too-long = 这个式子太长
    .label = 超过了 { $most } 个运算符
    .help = 用 `let` 给其中几段起个名字，或者跟一个列表比较：`x in [a, b, c]`
syntax-name-too-long = 这个名字有 { $characters } 个字，太长了
    .label = 这个名字
    .help = 名字最多 { $most } 个字
syntax-text-too-long = 这段文字有 { $characters } 个字，太长了
    .label = 这段文字
    .help = 一段文字最多 { $most } 个字；更长的请放进文件：`from "content/file.yaml"`

## 数字、时间和日期

syntax-bad-time = `{ $text }` 不是一天里的时间
    .label = 一天从 00:00 到 23:59
    .help = 写出几点几分，例如 `08:30`
    .help-midnight = 写 `00:00`，第二天就从它开始
syntax-bad-date = 日历上没有 `{ $text }` 这一天
    .label = 没有这一天
    .help = 写出年月日，例如 `2026-12-24` 或 `2026-12-24T20:00`
syntax-unknown-unit = `{ $text }` 的单位不认识
    .label = 不是时间单位
    .help = 单位有 `s`、`m`、`h`、`d`、`w`，例如 `1d12h`（中文写 `秒`、`分钟`、`小时`、`天`、`周`）
syntax-no-unit = `{ $text }` 没有单位
    .label = 这里要写一段时长
    .help = 如果是天数就写 `{ $text }d`；单位有 `s`、`m`、`h`、`d`、`w`，例如 `1d12h`（中文写 `秒`、`分钟`、`小时`、`天`、`周`）
syntax-unit-order = `{ $text }` 的单位顺序不对
    .label = 没有从大到小写
    .help = 大单位写在前面，每个单位只写一次，例如 `1d12h`
syntax-too-large = `{ $text }` 太大，没法计算
    .label = 位数太多

## 子句、括号和文字

syntax-clause-order = `{ $clause }` 写在了 `{ $other }` { $stands ->
        [after] 后面
       *[before] 前面
    }
    .label = 位置不对
    .other = `{ $other }` 在这里
    .help-before = 把 `{ $clause }` 挪到 `{ $other }` 前面
    .help-end = 把 `{ $clause }` 挪到最后
syntax-twice = `{ $clause }` 写了两次
    .label = 第二次
    .first = 第一次
    .help-when = 用 `and` 把几个条件连起来
    .help-do = 把所有动作放进同一对花括号：`do {"{"} … {"}"}`
    .help = 去掉其中一个
syntax-chained-comparison = 比较不能连着写
    .label = 第二个比较
    .help = 用 `and` 把两个比较连起来
syntax-reserved-word = `{ $word }` 是语言自己的词，不能当名字
    .label = 这里要写一个名字
    .help = 换一个名字
syntax-unknown-item = 没有以 `{ $word }` 开头的条目
    .label = 条目从这里开始
    .help-clause = 子句要写在条目的花括号里：是不是前面的花括号关早了？
    .help = 条目以这些词开头：{ $items }
syntax-unclosed = `{ $bracket }` 一直没有关上
    .label = 在这里打开
    .end = 到这里还没有关上
    .help = 补上 `{ $closing }`
syntax-unopened = `{ $bracket }` 没有对应的开括号
    .label = 到这里没有打开的括号
    .help = 去掉它，或者补上跟它配对的那个括号
syntax-crossed = `{ $open }` 被 `{ $close }` 关上了
    .label = 不是同一种括号
    .open = 在这里打开
    .help = 写成 `{ $closing }`
syntax-open-text = 这段文字在本行没有收尾的引号
    .label = 文字从这里开始
    .help-other = 文字只能用配对的引号收尾：写 `{ $close }`，不要写 `{ $other }`
    .help = 在末尾补上 `{ $close }`；如果有好几行，就写在 `"""` 和 `"""` 之间
syntax-open-long-text = 这段文字一直没有收尾的引号
    .label = 文字从这里开始
    .help-other = 文字只能用配对的引号收尾：写 `{ $close }`，不要写 `{ $other }`
    .help = 在末尾补上 `{ $close }`
syntax-open-pattern = 这个正则在本行没有收尾
    .label = 正则从这里开始
    .help = 在末尾补上 `/`；正则里面的 `/` 要写成 `\/`
syntax-bad-hole-empty = 这个填空是空的
    .label = 花括号之间要写一个值
syntax-bad-hole-open = 文字已经结束，填空还没有关上
    .label = 填空从这里开始
syntax-bad-hole-in = { $found } 不能写在填空里
    .label = 一个填空放一个值
syntax-bad-hole-lines = 填空跨到了下一行
    .label = 这段文字只占一行
hole-help = 一个填空放一个值，例如 `{"{"}member.name{"}"}`；如果只是想写花括号这个符号，就写 `{"{{"}`
found-end = 结尾

## 放得不对

syntax-unexpected = `{ $text }` 不该出现在这里
    .label = { $expected }
    .help-before = 在它前面加上 `{ $word }`
    .help-just = 写成 `{ $word }`
syntax-unfinished = 还没写完，末尾少了东西
    .label = { $expected }
    .help-before = 在它前面加上 `{ $word }`
syntax-habit = `{ $text }` 不该出现在这里
    .label = 这个意思要换一种写法
syntax-foreign-character = 语言里没有 `{ $character }` 这个符号
    .label = { $expected }
syntax-invisible-character = 这里有一个看不见的字符（U+{ $code }）
    .label = { $expected }
    .help = 删掉它；多半是复制粘贴时带进来的
syntax-not-a-window = `{ $text }` 不是一段时间范围
    .label = 这里要写一段时间范围
    .help-unit = 数字后面要带单位，例如 `{ $example }`
    .help = 时间范围有 { $windows } 等等

habit-count = 用计数来写：`{ $right }`
habit-leave-out = 去掉 `{ $sign }`

expected-item = 这里该写一个条目，例如 `rule` 或 `message`
expected-name = 这里该写一个名字
expected-one-of = 这里该写 { $words }
expected-event = 这里该写一个事件，例如 `message.posted`
expected-type = 这里该写一种类型，例如 `text` 或 `number`
expected-text = 这里该写一段带引号的文字
expected-value = 这里该写一个值，例如 `3`、`event.links` 或 `"文字"`
expected-duration = 这里该写一段时长，例如 `10m`
expected-time = 这里该写一个时间，例如 `08:30`
expected-schedule = 这里该写一个时间安排，例如 `day at 08:00`、`monday at 08:00` 或 `2h`
expected-trigger = 这里该写由什么触发，例如 `on member.joined` 或 `every day at 08:00`
expected-action = 这里该写一个动作，例如 `post welcome`
expected-fading = 这里该写 `last 30d`、`cleared after 30d clean`、`fade 1 per 7d` 或 `for ever`
expected-just = 这里该写 `{ $word }`
expected-other = 语言里没有这样接下去的写法

## 缺了一部分

missing-content = `{ $of }` 没有说要发什么
    .label = 发什么内容？
    .help = 写文案的名字，或者直接写一段文字，例如 `{ $of } "…"` 或 `{ $of } { $from } POOL`
missing-duration = `{ $of }` 没有说多长时间
    .label = 多长时间？
    .help = 写成 `{ $example }`
missing-role = `{ $of }` 没有说交给谁
    .label = 给谁？
    .help = 加上一个角色，例如 `{ $example }`
missing-approver = `{ $of }` 没有说由谁批准
    .label = 由谁？
    .help = 加上一个角色，例如 `{ $example }`
missing-judge = `{ $of }` 没有说交给谁处理
    .label = 交给谁？
    .help = 加上一个角色，例如 `{ $example }`
missing-due = `{ $of }` 没有说什么时候到期
    .label = 什么时候到期？
    .help = 加上一段时长，例如 `{ $example }`
missing-within = `{ $of }` 没有说等多久
    .label = 多长时间之内？
    .help = 加上一段时长，例如 `{ $example }`
missing-per = `{ $of }` 没有说是在多长时间里
    .label = 多长时间里几次？
    .help = 加上一个周期，例如 `{ $example }`
missing-by = `{ $of }` 没有说按什么来排
    .label = 按什么？
    .help = 加上要比的数，例如 `{ $example }`
missing-actions = 这里什么也没做
    .label = 这里要写动作
    .help = 加上 `{ $do }` 和一个动作，例如 `{ $example }`
missing-do = `{ $of }` 后面什么也没做
    .label = 这里要写动作
    .help = 加上 `{ $do }` 和一个动作，例如 `{ $example }`
missing-else = `{ $of }` 没有写另一种情况
    .label = 如果不是呢？
    .help = 加上 `{ $else }` 和一个值；选择里再套选择时，里面的要加圆括号
missing-scope = `{ $of }` 没有说是针对谁的
    .label = 针对谁？
    .help = 从这几个里选一个加上：{ $scopes }
missing-at-time = `{ $of }` 没有写几点
    .label = 几点？
    .help = 加上时间，例如 `{ $example }`
missing-change-policy = `{ $of }` 没有说进行到一半的怎么办
    .label = 他们怎么办？
    .help = 加上 `固定`、`跟随` 或 `放弃`，例如 `{ $example }`
missing-words = `{ $of }` 没有内容
    .label = 说些什么？
    .help = 加上一段带引号的文字，或者写 `{ $from } "content/file.yaml"`

## 笔误：符号

syntax-single-equals = `=` 不是比较
    .label = 这里要写一个比较
    .help = 写成 `==` 或 `is`
syntax-sign-for-word = `{ $wrong }` 要用词来写
    .label = 语言里没有这个符号
    .help = 写成 `{ $right }`
syntax-foreign-sign = `{ $wrong }` 不是比较符号
    .label = 语言里没有这个符号
    .help = 写成 `{ $right }`
syntax-range-sign = 两个时间之间不能写 `{ $wrong }`
    .label = 在两个时间之间
    .help = 写成 `{ $right }`
syntax-set-to = `set` 后面跟了 `{ $wrong }`
    .label = 值写在 `=` 后面
    .help = 写成 `{ $right }`
syntax-setting-sign = 设置的值前面不用写符号
    .label = 只写名称和值
    .help = 写成 `{ $right }`
syntax-field-sign = 给事件的字段赋值时用了 `=`
    .label = 值写在 `:` 后面
    .help = 写成 `{ $right }`
syntax-foreign-comment = 注释不能用 `//` 开头
    .label = 语言里没有这个写法
    .help = 写成 `{ $right }`
syntax-foreign-quotes = `{ $wrong }` 用了别的引号
    .label = 文字写在 `"` 里，或者 `“` 和 `”` 之间
    .help = 写成 `{ $right }`
syntax-events-by-or = 几个事件不能用 `{ $wrong }` 连起来
    .label = 在两个事件之间
    .help = 用 `,` 把事件隔开
syntax-comma-between = 两个动作之间写了逗号
    .label = 动作一个接一个写就行
    .help = 去掉它，或者写 `;`

## 笔误：子句

syntax-not-inside = `{ $wrong }` 把 `not` 写在了中间
    .label = `not` 要写在整个比较前面
    .help = 写成 `{ $right }`
syntax-if-for-when = 条件不能用 `{ $wrong }` 开头
    .label = 条件从这里开始
    .help = 写成 `{ $right }`
syntax-then-for-do = 动作不能用 `{ $wrong }` 开头
    .label = 动作从这里开始
    .help = 写成 `{ $right }`
syntax-else-for-otherwise = 动作不能用 `{ $wrong }` 开头
    .label = 动作从这里开始
    .help = 写成 `{ $right }`
syntax-otherwise-for-else = 限制不能用 `{ $wrong }` 收尾
    .label = 后面没有动作
    .help = 写成 `{ $right }`
syntax-no-do = `{ $wrong }` 后面少了 `do`
    .label = 动作从这里开始
    .help = 写成 `{ $right }`
syntax-no-when = `{ $wrong }` 后面少了 `when`
    .label = 条件从这里开始
    .help = 写成 `{ $right }`
syntax-once-every = `{ $wrong }` 把 `once` 和时间安排混在了一起
    .label = 最多多久一次？
    .help = 写成 `{ $right }`
syntax-once-per-period = `{ $wrong }` 写的是日历上的周期
    .label = `once` 后面要写时长
    .help = 写成 `{ $right }`
syntax-no-braces = 好几个动作没有用花括号括起来
    .label = 不止一个动作
    .help = 写成 `{ $right }`
syntax-on-in-flow = 流程里的这个事件既不启动流程，也不终止流程
    .label = 它要做什么？
    .help = 写成 `{ $right }`，或者 `stop on`、`update on`、`restart on`
syntax-otherwise-in-step = 只有规则和任务能写 `otherwise`
    .label = 步骤和排期里不能写
    .help = 另加一个步骤，`when` 写相反的条件
syntax-each-in-message = `{ $wrong }` 不能写在这里
    .label = 这个条目不由任何事触发
    .help = 写成 `{ $right }`
syntax-open-branch = `then` 后面的比较没有加圆括号
    .label = 这里要加圆括号
    .help = 写成 `{ $right }`
syntax-open-weight = `strike` 后面的 `{ $wrong }` 没有加圆括号
    .label = 这里要加圆括号
    .help = 写成 `{ $right }`

## 笔误：数字和时间

syntax-inner-space = `{ $wrong }` 中间多了空格
    .label = 数字和单位要连着写
    .help = 写成 `{ $right }`
syntax-thousands-comma = `{ $wrong }` 用逗号分了千位
    .label = 逗号是用来隔开几个值的
    .help = 写成 `{ $right }`
syntax-long-unit = 时长不能写成 `{ $wrong }`
    .label = 语言里没有这个单位
    .help = 写成 `{ $right }`；单位有 `s`、`m`、`h`、`d` 和 `w`
    .help-chinese = 写成 `{ $right }`；单位有 `秒`、`分钟`、`小时`、`天` 和 `周`
syntax-short-time = 时间 `{ $wrong }` 没有写全
    .label = 时和分都写两位数
    .help = 写成 `{ $right }`
syntax-seconds = 时间 `{ $wrong }` 写到了秒
    .label = 写到分钟就够了
    .help = 写成 `{ $right }`
syntax-unsigned-offset = `{ $wrong }` 前面没有写正负号
    .label = 是在基准时间之前还是之后？
    .help = 基准时间之后写 `{ $right }`，之前用 `-`
syntax-day-with-unit = `{ $wrong }` 带了单位
    .label = 第几天不用写单位
    .help = 写成 `{ $right }`
syntax-foreign-money = 金额不能写成 `{ $wrong }`
    .label = 一笔金额
    .help = 写成 `{ $right }`

## 笔误：名字

syntax-glued-word = `{ $keyword }` 后面少了空格
    .label = 连在一起就成了一个词
    .help = 写成 `{ $right }`
syntax-spaced-dot = `{ $wrong }` 中间的点写得不对
    .label = 这是一个名字，中间不能有空格
    .help = 写成 `{ $right }`
syntax-hyphen = `{ $wrong }` 里有连字符
    .label = 名字里只能有文字、数字和 `_`
    .help = 写成 `{ $right }`
syntax-no-parentheses = `{ $wrong }` 后面少了圆括号
    .label = 自己定义的动作后面要写圆括号
    .help = 写成 `{ $right }`
syntax-set-of-subject = `{ $wrong }` 不只是字段的名字
    .label = 这里只写字段的名字
    .help = 写成 `{ $right }`
syntax-key-of-event = `{ $wrong }` 不只是字段的名字
    .label = 这里只写字段的名字
    .help = 写成 `{ $right }`
syntax-due-at = `{ $wrong }` 是一个时间点，不是时长
    .label = 时间点要写在 `at` 后面
    .help = 写成 `{ $right }`
