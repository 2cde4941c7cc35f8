"""What the server does in one step, as scripts in Lua: each runs as a whole or not at all.

KEYS[1] is what all keys of an index begin with. `layout` says which keys there are.
"""

from typing import Final

_COMMON: Final = """
local base = KEYS[1]
local function text(number) return string.format('%.0f', number) end
local function drop(number)
  local name = text(number)
  local list = base .. '_keys' .. name
  for band, hash in ipairs(redis.call('LRANGE', list, 0, -1)) do
    redis.call('SREM', base .. '_bucket_' .. struct.pack('>I2', band - 1) .. hash, name)
  end
  redis.call('DEL', list, base .. ':t:' .. name)
  redis.call('HDEL', base .. '_keys', name)
  local gone = redis.call('DEL', base .. ':d:' .. name)
  redis.call('HINCRBY', base .. ':meta', 'count', -gone)
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

_CONFLICTS: Final = """
local function is_new(member, since) return (tonumber(member) or -1) >= since end
local function shares_bucket(bands, since)
  for i = 1, #bands, 8 do
    local key = base .. '_bucket_' .. struct.pack('>I2', (i - 1) / 8) .. string.sub(bands, i, i + 7)
    for _, member in ipairs(redis.call('SMEMBERS', key)) do
      if is_new(member, since) then return true end
    end
  end
  return false
end
local function shares_page(entries, since)
  for i = 1, #entries, 6 do
    local key, wanted = base .. ':p:' .. string.sub(entries, i, i + 1), string.sub(entries, i + 2, i + 5)
    local size = 128
    while true do
      local tail, oldest = redis.call('GETRANGE', key, -size, -1), nil
      for at = #tail - 7, 1, -8 do
        oldest = struct.unpack('<I4', tail, at)
        if oldest < since then break end
        if string.sub(tail, at + 4, at + 7) == wanted then return true end
      end
      if not oldest or oldest < since or #tail < size then break end
      size = size * 8
    end
  end
  return false
end
"""

OVERTAKEN: Final = (
    _COMMON
    + _CONFLICTS
    + """
local since, rows = tonumber(ARGV[1]), {}
for i = 2, #ARGV, 2 do
  if shares_bucket(ARGV[i], since) or shares_page(ARGV[i + 1], since) then rows[#rows + 1] = i / 2 - 1 end
end
return rows
"""
)
"""Which documents share a key with one that came since. ARGV: the first number that counts; of each document
its buckets (8 bytes each) and its entries (6 bytes each).
"""

COMMIT: Final = (
    _COMMON
    + _CONFLICTS
    + """
local id, token, sequence, mode = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local since, run, expiry, count = tonumber(ARGV[5]), ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local lease, held, meta, own = tonumber(ARGV[9]), ARGV[10], base .. ':meta', base .. ':o:' .. token
local first_site = 11 + 4 * count
if redis.call('HGET', meta, 'id') ~= id then return {'lost'} end
if redis.call('HGET', own, 'sequence') == sequence then
  return {'done', tonumber(redis.call('HGET', own, 'first'))}
end
local lock = redis.call('GET', base .. ':lock')
if lock and lock ~= token then return {mode == 'run' and 'lost' or 'locked'} end
if mode == 'run' and not lock then return {'lost'} end
local first = tonumber(redis.call('HGET', meta, 'next'))
if mode ~= 'run' and first > since then
  local rows = {'conflict'}
  for row = 0, count - 1 do
    local at = 11 + 4 * row
    if shares_bucket(ARGV[at + 2], since) or shares_page(ARGV[at + 3], since) then rows[#rows + 1] = row end
  end
  if #rows > 1 then return rows end
end
local at = first_site
while at <= #ARGV do
  local version = redis.call('HGET', base .. ':s:' .. ARGV[at], 'v') or ''
  if ARGV[at + 1] ~= '-' and ARGV[at + 1] ~= version then return {'sites'} end
  at = at + 3 + 2 * tonumber(ARGV[at + 2])
end
if first + count > 4294967295 then return {'full'} end
local touched = {}
local function put(key, value)
  if expiry > 0 then redis.call('SET', key, value, 'EX', expiry) else redis.call('SET', key, value) end
end
for row = 0, count - 1 do
  local at, number = 11 + 4 * row, first + row
  local name = text(number)
  local bands, entries, list, hashes = ARGV[at + 2], ARGV[at + 3], base .. '_keys' .. text(number), {}
  put(base .. ':d:' .. name, ARGV[at])
  put(base .. ':t:' .. name, ARGV[at + 1])
  for i = 1, #bands, 8 do
    local hash = string.sub(bands, i, i + 7)
    local key = base .. '_bucket_' .. struct.pack('>I2', (i - 1) / 8) .. hash
    redis.call('SADD', key, name)
    if expiry > 0 then redis.call('EXPIRE', key, expiry) end
    hashes[#hashes + 1] = hash
  end
  redis.call('HSET', base .. '_keys', name, list)
  if #hashes > 0 then redis.call('RPUSH', list, unpack(hashes)) end
  if expiry > 0 then redis.call('EXPIRE', list, expiry) end
  local packed = struct.pack('<I4', number)
  for i = 1, #entries, 6 do
    local page = string.sub(entries, i, i + 1)
    local entry = packed .. string.sub(entries, i + 2, i + 5)
    if touched[page] then table.insert(touched[page], entry) else touched[page] = {entry} end
  end
end
for page, entries in pairs(touched) do
  redis.call('APPEND', base .. ':p:' .. page, table.concat(entries))
end
at = first_site
while at <= #ARGV do
  local key, fields = base .. ':s:' .. ARGV[at], tonumber(ARGV[at + 2])
  for i = at + 3, at + 1 + 2 * fields, 2 do
    local field, value = ARGV[i], ARGV[i + 1]
    local kind = string.sub(field, 1, 1)
    if kind == '+' then
      redis.call('HINCRBY', key, string.sub(field, 2), value)
    elseif value == '' then
      redis.call('HDEL', key, field)
    else
      redis.call('HSET', key, field, value)
    end
  end
  if ARGV[at + 1] ~= '-' then redis.call('HINCRBY', key, 'v', 1) end
  redis.call('SADD', base .. ':of:' .. run, ARGV[at])
  at = at + 3 + 2 * fields
end
redis.call('HSET', meta, 'next', text(first + count))
redis.call('HINCRBY', meta, 'count', count)
if mode ~= 'add' then
  if mode == 'run' and redis.call('HEXISTS', base .. ':held', token) == 1 then
    local known = cjson.decode(redis.call('HGET', base .. ':held', token))
    known['end'] = first + count
    redis.call('HSET', base .. ':held', token, cjson.encode(known))
  else
    local new = cjson.decode(held)
    new['first'], new['end'] = first, first + count
    redis.call('HSET', base .. ':held', token, cjson.encode(new))
  end
  redis.call('SET', base .. ':l:' .. token, '1', 'PX', lease)
end
redis.call('HSET', own, 'sequence', sequence, 'first', text(first))
redis.call('EXPIRE', own, 604800)
return {'done', first}
"""
)
"""Add documents. ARGV: the id of the index; who adds, and the number of the attempt: a second one of the same
number changes nothing; the mode; the first number that was not looked at; the run; seconds until documents
expire; how many there are; milliseconds that they are held; by what; of each document what is known of it,
its text, its buckets and its entries; of each site its code, its version, how many fields change, and these.

Modes: add; hold: the documents count for others once they are released; run: as hold, under the lock.
Returns what became of it, and the number of the first document.
"""

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
    _COMMON
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

DROP: Final = _COMMON + "local gone = 0 for _, number in ipairs(ARGV) do gone = gone + drop(number) end return gone"
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
