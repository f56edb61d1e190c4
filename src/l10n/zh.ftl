### 对人说的话，中文。`en.ftl` 有同样的消息和同样的参数。
### 标题陈述事实，不带句号，名字放在反引号里；出路写在 `.help`。

## lint：总述

lint-summary =
    { $files } 个文件中{ $findings ->
        [0] 没有发现
       *[other] 有 { $findings } 处发现
    }
