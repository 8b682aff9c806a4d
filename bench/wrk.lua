-- What wrk sends besides the headers of its command line, and what it says at the end: one line of
-- JSON. Times in microseconds.
function init(arguments)
  wrk.method = arguments[1]
  local file = assert(io.open(arguments[2], "rb"))
  local body = file:read("*a")
  file:close()
  if body ~= "" then wrk.body = body end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '\n{"requests":%d,"duration":%d,"errors":%d,"mean":%.1f,"p50":%d,"p99":%d}',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency.mean, latency:percentile(50), latency:percentile(99)))
end
