### 几处共用的话，中文。`en/` 的文件里有同样的消息和同样的参数。

verbatim = { $text }
names = 、
    .and = {" 和 "}
    .or = {" 或 "}
did-you-mean = 是不是想写 `{ $near }`？
there-is = 这里有 { $names }
write-right = 写成 `{ $right }`

## 有多少问题

summary-clean = { $files } 个文件，没有错误
summary-warnings = { $files } 个文件，{ $warnings } 处提醒
summary-errors = { $files } 个文件，{ $errors } 处错误
summary-both = { $files } 个文件，{ $errors } 处错误，{ $warnings } 处提醒
summary-see = { $summary }；详情请看 `qun check { $playbook }`
way-out = 办法：
see-also = 另见 { $file }
