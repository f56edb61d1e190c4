### 几处共用的话，中文。`en/` 的文件里有同样的消息和同样的参数。

verbatim = { $text }
names = 、
    .and = {" 和 "}
    .or = {" 或 "}
did-you-mean = 是不是想写 `{ $near }`？
there-is = 这里有 { $names }
write-right = 写成 `{ $right }`
