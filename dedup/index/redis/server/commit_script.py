"""The script that adds documents, unless somebody else has added since what they may match."""

from typing import Final

from dedup.index.redis.server.scripts import COMMON

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
    COMMON
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
    COMMON
    + _CONFLICTS
    + """
local id, token, sequence, mode = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local since, run, expiry, count = tonumber(ARGV[5]), ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local lease, held, meta, own = tonumber(ARGV[9]), ARGV[10], base .. ':meta', base .. ':o:' .. token
local pages, first_document = ARGV[11], 12
local first_site = first_document + 4 * count
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
    local at = first_document + 4 * row
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
local function put(key, value)
  if expiry > 0 then redis.call('SET', key, value, 'EX', expiry) else redis.call('SET', key, value) end
end
local buckets = {}
for row = 0, count - 1 do
  local at, name = first_document + 4 * row, text(first + row)
  local bands = ARGV[at + 2]
  put(base .. ':d:' .. name, struct.pack('<I2', #bands / 8) .. bands .. ARGV[at])
  put(base .. ':t:' .. name, ARGV[at + 1])
  for i = 1, #bands, 8 do
    local bucket = buckets[i] or base .. '_bucket_' .. struct.pack('>I2', (i - 1) / 8)
    local key = bucket .. string.sub(bands, i, i + 7)
    buckets[i] = bucket
    redis.call('SADD', key, name)
    if expiry > 0 then redis.call('EXPIRE', key, expiry) end
  end
  redis.call('HSET', base .. '_keys', name, '')
end
local function renumbered(entries, by)
  local out = {}
  for i = 1, #entries, 8 do
    local number = struct.unpack('<I4', entries, i)
    out[#out + 1] = struct.pack('<I4', number + by) .. string.sub(entries, i + 4, i + 7)
  end
  return table.concat(out)
end
at = 1
while at <= #pages do
  local last = at + 5 + 8 * struct.unpack('<I4', pages, at + 2)
  local entries = string.sub(pages, at + 6, last)
  if first ~= since then entries = renumbered(entries, first - since) end
  redis.call('APPEND', base .. ':p:' .. string.sub(pages, at, at + 1), entries)
  at = last + 1
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
expire; how many there are; milliseconds that they are held; by what; what pages are told of the documents if
the first one gets that number (see `layout.page_entries`); of each document what is known of it, its text,
its buckets and its entries (6 bytes each; in the mode run none are needed); of each site its code, its
version, how many fields change, and these.

Modes: add; hold: the documents count for others once they are released; run: as hold, under the lock.
Returns what became of it, and the number of the first document.
"""
