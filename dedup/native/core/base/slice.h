// Arrays that know their length. Every access is checked, in released builds too: a wrong index ends the process
// (a trap) where it would read or write what is not there. The checks cost 2 to 4 % of a scan.
//
// This is the only file that may index a raw pointer or count with it: elsewhere clang refuses that
// (-Wunsafe-buffer-usage, in `make check`). No standard library, no exceptions; memory comes from malloc, and a
// failed malloc is said by the return value OUT_OF_MEMORY, for which Python raises MemoryError.
#pragma once
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define API extern "C" __declspec(dllexport)
#else
#define API extern "C" __attribute__((visibility("default")))
#endif
#define INLINE inline __attribute__((always_inline))

constexpr int64_t OUT_OF_MEMORY = INT64_MIN;

#ifdef __clang__
#pragma clang unsafe_buffer_usage begin
#endif

// `count` values of type T that somebody else owns.
template <class T> struct Slice {
    T *data;
    int64_t count;

    INLINE T &operator[](int64_t i) const {
        if (i < 0 || i >= count) __builtin_trap();
        return data[i];
    }
    // The values from `low` up to `high`. Loops over parts of one length check nothing inside: the compiler sees
    // that each index is below it.
    INLINE Slice part(int64_t low, int64_t high) const {
        if (low < 0 || low > high || high > count) __builtin_trap();
        return {data + low, high - low};
    }
    INLINE Slice first(int64_t size) const {
        if (size < 0 || size > count) __builtin_trap();
        return {data, size};
    }
    INLINE Slice from(int64_t low) const { return part(low, count); }
    // A number or vector of several values, wherever it stands.
    template <class V> INLINE V load(int64_t at) const {
        if (at < 0 || at > count - (int64_t)(sizeof(V) / sizeof(T))) __builtin_trap();
        V value;
        memcpy(&value, data + at, sizeof(V));
        return value;
    }
    template <class V> INLINE void store(int64_t at, V value) const {
        if (at < 0 || at > count - (int64_t)(sizeof(V) / sizeof(T))) __builtin_trap();
        memcpy(data + at, &value, sizeof(V));
    }
    // Write all values of `other` to the beginning of this one; they may overlap.
    template <class U> INLINE void copy(Slice<U> other) const {
        static_assert(sizeof(U) == sizeof(T));
        if (other.count > count) __builtin_trap();
        if (other.count) memmove(data, other.data, (size_t)other.count * sizeof(T));
    }
    INLINE void fill(T value) const {
        for (int64_t i = 0; i < count; i++) data[i] = value;
    }
    INLINE bool operator==(Slice<const T> other) const {
        return count == other.count && (count == 0 || !memcmp(data, other.data, (size_t)count * sizeof(T)));
    }
    // Where the first value `wanted` at or behind `at` is; `count` where there is none. Bytes only.
    INLINE int64_t find(uint8_t wanted, int64_t at) const {
        static_assert(sizeof(T) == 1);
        if (at < 0 || at > count) __builtin_trap();
        const void *found = at < count ? memchr(data + at, wanted, (size_t)(count - at)) : nullptr;
        return found ? (const T *)found - data : count;
    }
    INLINE operator Slice<const T>() const { return {data, count}; }
    // So that `for (T value : slice)` works.
    struct Iterator {
        T *at;
        INLINE T &operator*() const { return *at; }
        INLINE void operator++() { at++; }
        INLINE bool operator!=(Iterator other) const { return at != other.at; }
    };
    INLINE Iterator begin() const { return {data}; }
    INLINE Iterator end() const { return {data + count}; }
};
template <class T> using In = Slice<const T>;
template <class T> using Out = Slice<T>;

// Memory for `count` values, those of `old` first; null where there is none, and `old` stays. More than MOST_VALUES
// is never there: their bytes would not fit a number.
constexpr int64_t MOST_VALUES = (int64_t)1 << 48;
template <class T> inline T *allocated(T *old, int64_t count) {
    if (count > MOST_VALUES) return nullptr;
    return (T *)realloc(old, (size_t)(count > 0 ? count : 1) * sizeof(T));
}

// An array that Python takes over and frees with dd_free.
struct Given {
    void *data;
    int64_t count;
};

// Values that this one owns: `count` of them, not set to anything. `ok` is false where there is no memory.
template <class T> struct Room : Slice<T> {
    bool ok;
    explicit Room(int64_t size) : Slice<T>{allocated<T>(nullptr, size), size}, ok(true) {
        if (!this->data) ok = false, this->count = 0;
    }
    Room(const Room &) = delete;
    ~Room() { free(this->data); }
    // At least `size` values, those of before gone.
    bool need(int64_t size) {
        if (size <= this->count) return ok;
        free(this->data);
        this->data = allocated<T>(nullptr, size);
        this->count = this->data ? size : 0;
        return ok = this->data;
    }
};

// A list that grows as values are added. `ok` is false, and values are lost, once there is no memory.
template <class T> struct List {
    T *data = nullptr;
    int64_t count = 0, room = 0;
    bool ok = true;
    List() = default;
    List(const List &) = delete;
    ~List() { free(data); }
    bool reserve(int64_t more) {
        if (more <= room - count) return ok;
        if (more > MOST_VALUES) return ok = false;
        int64_t wider = count + more > 2 * room ? count + more : 2 * room;
        T *moved = allocated(data, wider);
        if (!moved) return ok = false;
        data = moved, room = wider;
        return ok;
    }
    INLINE void add(T value) {
        if (count == room && !reserve(256)) return;
        data[count++] = value;
    }
    INLINE void extend(In<T> values) {
        if (!reserve(values.count)) return;
        if (values.count) memcpy(data + count, values.data, (size_t)values.count * sizeof(T));
        count += values.count;
    }
    // Add `more` values, not set to anything, for which there is room; returns them.
    INLINE Slice<T> grow(int64_t more) {
        if (more < 0 || count + more > room) __builtin_trap();
        count += more;
        return all().from(count - more);
    }
    INLINE T &operator[](int64_t i) const { return all()[i]; }
    INLINE Slice<T> all() const { return {data, count}; }
    INLINE void drop(int64_t size) { // all but the first `size`
        if (size < 0 || size > count) __builtin_trap();
        count = size;
    }
    // Hand the values over to Python.
    void give(Given &given) {
        T *fitting = count < room && count ? allocated(data, count) : data;
        given = {fitting ? fitting : data, count};
        data = nullptr, count = room = 0;
    }
};

API void dd_free(void *data) { free(data); }

#ifdef __clang__
#pragma clang unsafe_buffer_usage end
#endif
