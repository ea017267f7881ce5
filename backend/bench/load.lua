-- What wrk sends and tells. Each request carries another of the session cookies, in rotation; the
-- threads begin at different places. After the URL come: the file of cookies, one a line; how many
-- threads there are; how many bytes an answer's body has (0: any); "cookies", or "tokens" or
-- "bodies" where the lines of the file are access tokens, or what is posted instead; and "check" to look at every answer. That costs wrk so
-- much that it is done in the warm-up and after an error, never in a measured round.
local threads, requests = {}, {}
local at, size
bad = ""

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

local function look(status, _, body)
  if bad == "" and (status < 200 or status > 299 or (size > 0 and #body ~= size)) then
    bad = status .. ", " .. #body .. " bytes: " .. body:sub(1, 500)
  end
end

function init(args)
  for line in io.lines(args[1]) do
    if args[4] == "bodies" then
      requests[#requests + 1] = wrk.format("POST", nil, { ["Content-Type"] = "application/json", ["Sec-Fetch-Site"] = "same-origin" }, line)
    elseif args[4] == "tokens" then
      requests[#requests + 1] = wrk.format("GET", nil, { Authorization = "Bearer " .. line })
    else
      requests[#requests + 1] = wrk.format("GET", nil, { Cookie = "__Host-session=" .. line })
    end
  end
  at = math.floor(#requests * number / tonumber(args[2]))
  size = tonumber(args[3])
  if args[5] == "check" then
    response = look
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\\128-\255]', function(c) return string.format("\\u%04x", c:byte()) end) .. '"'
end

function done(summary, latency)
  local first = ""
  for _, thread in ipairs(threads) do
    if first == "" then first = thread:get("bad") or "" end
  end
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"microseconds":%d,"requests":%d,"bytes":%d,"p50":%d,"p99":%d,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d,"bad":%s}\n',
    summary.duration, summary.requests, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect, errors.read, errors.write, errors.status, errors.timeout, quoted(first)))
end
