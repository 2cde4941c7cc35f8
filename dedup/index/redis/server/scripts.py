"""What the server does in one step, as scripts in Lua: each runs as a whole or not at all.

KEYS[1] is what all keys of an index begin with. `layout` says which keys there are.
"""

from typing import Final

COMMON: Final = """
local base = KEYS[1]
local function text(number) return string.format('%.0f', number) end
local function drop(number)
  local name = text(number)
  local known = redis.call('GET', base .. ':d:' .. name)
  for band = 1, known and #known > 1 and struct.unpack('<I2', known) or 0 do
    local hash = string.sub(known, 8 * band - 5, 8 * band + 2)
    redis.call('SREM', base .. '_bucket_' .. struct.pack('>I2', band - 1) .. hash, name)
  end
  redis.call('DEL', base .. ':t:' .. name)
  redis.call('HDEL', base .. '_keys', name)
  local gone = redis.call('DEL', base .. ':d:' .. name)
  if gone == 1 then redis.call('HINCRBY', base .. ':meta', 'count', -1) end
  return gone
end
"""

BUCKETS: Final = """
local prefix, blob, most, out = KEYS[1] .. '_bucket_', ARGV[1], tonumber(ARGV[2]), {}
for i = 1, #blob, 10 do
  local key = prefix .. string.sub(blob, i, i + 9)
  local count = redis.call('SCARD', key)
  if count > 0 then
    local row = (i - 1) / 10
    if count > most then
      out[#out + 1] = struct.pack('<I4I4I4', row, count, 0)
    else
      local numbers = {}
      for _, member in ipairs(redis.call('SMEMBERS', key)) do
        local number = tonumber(member)
        if number and number >= 0 and number < 4294967296 then
          numbers[#numbers + 1] = struct.pack('<I4', number)
        end
      end
      out[#out + 1] = struct.pack('<I4I4I4', row, #numbers, #numbers) .. table.concat(numbers)
    end
  end
end
return table.concat(out)
"""
"""Who is in these buckets. ARGV: their keys, 10 bytes each; how many members a set may have to be listed.
Returns for each that is not empty its row, its size, how many numbers follow, and these (uint32).
"""

PAGES: Final = """
local prefix, blob, sizes, out = KEYS[1] .. ':p:', ARGV[1], {}, {}
for i = 1, #blob, 2 do
  local page = redis.call('GET', prefix .. string.sub(blob, i, i + 1)) or ''
  sizes[#sizes + 1] = struct.pack('<I4', #page)
  out[#out + 1] = page
end
return {table.concat(sizes), table.concat(out)}
"""
"""The entries of pages. ARGV: their numbers (uint16, big-endian). Returns their sizes (uint32) and them."""

REWRITE: Final = """
local key, size = KEYS[1] .. ':p:' .. ARGV[1], tonumber(ARGV[2])
local page = redis.call('GET', key) or ''
local left = ARGV[3] .. string.sub(page, size + 1)
if #left == 0 then redis.call('DEL', key) else redis.call('SET', key, left) end
return 1
"""
"""Replace the first entries of a page. ARGV: its number, the bytes to replace, the bytes in their place."""

HOLD: Final = """
local base, token = KEYS[1], ARGV[1]
local known = redis.call('HGET', base .. ':held', token)
if not known or redis.call('EXISTS', base .. ':l:' .. token) == 0 then return 0 end
local new = cjson.decode(known)
for name, value in pairs(cjson.decode(ARGV[2])) do new[name] = value end
redis.call('HSET', base .. ':held', token, cjson.encode(new))
return 1
"""
"""Note more of the documents that are held. ARGV: who holds them; JSON. Returns whether they are held."""

RELEASE: Final = """
local base, token, sequence, own = KEYS[1], ARGV[1], ARGV[2], KEYS[1] .. ':o:' .. ARGV[1]
if redis.call('HDEL', base .. ':held', token) == 1 then
  redis.call('HSET', own, 'released', sequence)
  redis.call('EXPIRE', own, 604800)
  return 1
end
return redis.call('HGET', own, 'released') == sequence and 1 or 0
"""
"""Let documents count that were held. ARGV: who holds them; the number of the attempt that added them.
Returns whether they count now.
"""

WITHDRAW: Final = (
    COMMON
    + """
local token, most = ARGV[1], tonumber(ARGV[2])
if ARGV[3] ~= token and redis.call('EXISTS', base .. ':l:' .. token) == 1 then return 0 end
local known = redis.call('HGET', base .. ':held', token)
if not known then return 0 end
local held = cjson.decode(known)
local last, first = held['end'], held['first']
while last > first and most > 0 do
  last, most = last - 1, most - 1
  drop(last)
end
if last > first then
  held['end'] = last
  redis.call('HSET', base .. ':held', token, cjson.encode(held))
  return 1
end
redis.call('HDEL', base .. ':held', token)
return 0
"""
)
"""Delete documents that are held by a process that is gone. ARGV: who holds them; how many are deleted at
once; who asks. Returns 1 while some are left.
"""

DROP: Final = (
    COMMON + "local gone = 0 for _, number in ipairs(ARGV) do gone = gone + drop(number) end return gone"
)
"""Delete documents. ARGV: their numbers. Returns how many there were."""

LOCK: Final = """
local key = KEYS[1] .. ':lock'
local lock = redis.call('GET', key)
if lock and lock ~= ARGV[1] then return 0 end
redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
return 1
"""
"""Take the lock. ARGV: who; for how many milliseconds. Returns whether it is taken."""

RENEW: Final = """
local key = KEYS[1] .. ':lock'
return redis.call('GET', key) == ARGV[1] and redis.call('PEXPIRE', key, ARGV[2]) or 0
"""
"""Keep the lock, if it was not lost meanwhile. ARGV: who; for how many milliseconds."""

UNLOCK: Final = """
local key = KEYS[1] .. ':lock'
return redis.call('GET', key) == ARGV[1] and redis.call('DEL', key) or 0
"""
"""Return the lock. ARGV: who has it."""

CREATE: Final = """
local key = KEYS[1] .. ':meta'
if redis.call('EXISTS', key) == 0 then
  redis.call('HSET', key, 'format', ARGV[1], 'id', ARGV[2], 'options', ARGV[3], 'sum', ARGV[4],
             'next', 0, 'count', 0, 'run', 0)
end
return 1
"""
"""Make an index unless there is one. ARGV: its format, its id, its options, their checksum."""
