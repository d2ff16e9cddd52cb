-- What wrk asks of the service: lines of a file one after the other, or messages that were never sent before.
-- Arguments after `--`: MODE TOKEN FILE. MODE: get, decisions, order-select, messages.
local mode, token, file
local bodies, at, thread = {}, 0, 0
local threads = 0

function setup(t)
  t:set("number", threads)
  threads = threads + 1
end

function init(args)
  mode, token, file = args[1], args[2], args[3]
  thread = wrk.thread and wrk.thread:get("number") or number or 0
  if mode == "decisions" or mode == "order-select" then
    for line in io.lines(file) do bodies[#bodies + 1] = line end
    at = (thread * 7919) % #bodies
  end
  -- Two runs in one second send no message twice.
  run = tostring(os.time()) .. "-" .. tostring(thread) .. "-" .. tostring(math.floor(os.clock() * 1e6))
end

function request()
  at = at + 1
  if mode == "get" then return wrk.format("GET") end
  local headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
  if mode == "messages" then
    headers["Content-Type"] = "application/hl7-v2"
    headers["Huren-Institution"] = "H001"
    local number = run .. "-" .. at
    return wrk.format("POST", nil, headers, table.concat({
      "MSH|^~\\&|LIS|H001|HUREN|R|20250601100000+0800||ORU^R01^ORU_R01|" .. number .. "|P|2.5.1",
      "PID|1||B" .. (at % 5000) .. "^^^H001^PI||Test^" .. (at % 5000) .. "||19700101|M",
      "OBR|1||" .. number .. "|2160-0^Creatinine^LN|||20250601080000+0800||||||||||||||20250601100000+0800|||F",
      "OBX|1|NM|2160-0^Creatinine^LN||" .. (60 + at % 40) .. "|umol/L|45-84|N|||F|||20250601080000+0800", "" }, "\r"))
  end
  local institution, body = bodies[at % #bodies + 1]:match("^(%S+) (.*)$")
  headers["Huren-Institution"] = institution
  return wrk.format("POST", nil, headers, (body:gsub("ORDER", run .. "-" .. at)))
end

local other = 0

function response(status)
  if status ~= 200 then other = other + 1 end
end

function done(summary, latency)
  io.write(string.format(
    "%.1f requests/s; ms: median %.2f, p90 %.2f, p99 %.2f, max %.2f; errors %d\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(90) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write
      + summary.errors.timeout))
end
