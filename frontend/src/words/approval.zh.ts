import type { Same } from "../shared/words/words.ts";
import type en from "./approval.en.ts";

export default {
  question: "批准 {client}？",
  answer: "批准或拒绝",
  device_warning: "仅当您本人刚刚发起此操作，且您的设备上显示的正是此代码时，才批准。",
  has_secret: "它持有可以证明其名称的密钥。",
  nothing_to_use: "此处没有可供它使用的服务",
  approve: "批准",
  approving: "正在批准…",
  deny: "拒绝",
  denying: "正在拒绝…",
  failed: "无法加载它所请求的内容",
  failed_text: "尚未批准任何内容。",
  approved: "您已批准 {client}",
  denied: "您已拒绝 {client}",
  sent_back: "已返回到 {where}；您可以关闭此窗口。",
  denied_sent_back: "它没有得到任何权限。已返回到 {where}；您可以关闭此窗口。",
  device_goes_on: "请回到您的设备：几秒之内它会自动继续。您可以关闭此窗口。",
  device_denied: "它没有得到任何权限。您可以关闭此窗口。",
  listed: "它列在<link>设备</link>中，您可以在那里将其结束。",
  no_way_on: {
    unknown_client: "此处不认识这个客户端",
    unknown_client_text:
      "将您带到此处的应用所用的客户端名称没有在本服务器上设置。它可能拼写有误，也可能已被移除。",
    unknown_redirect_uri: "此处不认识返回的地址",
    unknown_redirect_uri_text:
      "将您带到此处的应用要求返回的地址没有为这个客户端设置。可能是设置有误，也可能是有别的程序在冒充它。",
    other: "此请求无法批准",
    other_text: "将您带到此处的应用遗漏了某些内容，或内容有误。",
    nothing_sent: "没有批准任何内容，也没有向任何人发送任何内容。您可以关闭此窗口。",
  },
  code: {
    go_on: "继续",
    looking: "正在查找…",
    strange: "代码中不会出现“{sign}”：代码不含元音字母，不含 Y，也不含数字。",
    short: "请输入您的设备上显示的全部八个字母。",
    unknown: "不认识此代码：可能输入有误、已被使用或已过期。请与您的设备比对，或让设备显示一个新的代码。",
  },
} satisfies Same<typeof en>;
