// Journals of strangers: any bytes as a segment, with and without hashes that vouch for them.
// LIBRARIES: petrel_journal
//
// The first byte chooses: the rest as it is; the rest with its hashes put right, so that the fields
// behind them are reached; or the rest as the bodies of sound blocks. Whatever comes, reading ends,
// what it gives fits into what a block may hold, and what it says is clean text.
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "journal/format.hpp"
#include "journal/journal_reader.hpp"

namespace {

using petrel::core::hash64;
using namespace petrel::core::journal;

void must(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::string sealed_head() {
    SegmentHead head;
    seal(head);
    return {reinterpret_cast<const char*>(&head), sizeof(head)};
}

// Every head that fits is made to vouch for itself and for the bytes behind it.
std::string resealed(std::string_view rest) {
    std::string bytes = sealed_head();
    while (rest.size() >= sizeof(BlockHead)) {
        BlockHead head;
        std::memcpy(&head, rest.data(), sizeof(head));
        rest.remove_prefix(sizeof(head));
        head.magic = kBlockMagic;
        const std::string_view body = rest.substr(0, head.body_bytes % (rest.size() + 1));
        head.body_hash = hash64(body);
        seal(head);
        bytes.append(reinterpret_cast<const char*>(&head), sizeof(head));
        bytes.append(body);
        rest.remove_prefix(body.size());
    }
    return bytes.append(rest);
}

// Sound blocks: a byte of kind, a byte of count, two bytes of length, the body.
std::string blocks_of(std::string_view rest) {
    std::string bytes = sealed_head();
    while (rest.size() >= 4) {
        BlockHead head;
        head.kind = static_cast<std::uint8_t>(rest[0]);
        head.count = static_cast<std::uint8_t>(rest[1]);
        std::uint16_t length = 0;
        std::memcpy(&length, rest.data() + 2, sizeof(length));
        rest.remove_prefix(4);
        const std::string_view raw = rest.substr(0, length % (rest.size() + 1));
        rest.remove_prefix(raw.size());
        std::string body(ZSTD_compressBound(raw.size()), '\0');
        body.resize(ZSTD_compress(body.data(), body.size(), raw.data(), raw.size(), 1));
        head.body_bytes = static_cast<std::uint32_t>(body.size());
        head.raw_bytes = static_cast<std::uint32_t>(raw.size());
        head.body_hash = hash64(body);
        seal(head);
        bytes.append(reinterpret_cast<const char*>(&head), sizeof(head)).append(body);
    }
    return bytes;
}

void read_whole(const std::string& path, std::size_t size, ReadRange range) {
    auto opened = JournalReader::open(path, range);
    if (!opened.ok()) {
        return;
    }
    constexpr std::size_t entry_max = kRawBytesMax;
    JournalEntry entry;
    std::uint64_t events = 0;
    std::uint64_t entries = 0;
    for (;;) {
        const auto more = (*opened)->next(entry);
        must(more.ok());
        if (!*more) {
            break;
        }
        ++entries;
        events += entry.events.size();
        must(entry.events.size_bytes() <= entry_max && entry.text.size() <= entry_max);
        for (const InstrumentLine& line : entry.instruments) {
            must(line.price_divisor > 0 && line.native.size() <= 2'048);
        }
    }
    const ReaderFigures& figures = (*opened)->figures();
    must(entries <= size / sizeof(BlockHead));
    must(figures.events == events && events * 64 <= entries * entry_max);
    must(figures.damaged_bytes + figures.torn_bytes <= size);
    must(figures.remarks.size() <= 32);
    for (const std::string& remark : figures.remarks) {
        must(remark.size() <= 600 && std::none_of(remark.begin(), remark.end(), [](char c) {
                 return static_cast<unsigned char>(c) < ' ' || c == 0x7F;
             }));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string bytes = data[0] % 3 == 0   ? std::string(rest)
                              : data[0] % 3 == 1 ? resealed(rest)
                                                 : blocks_of(rest);
    static const int descriptor = ::memfd_create("segment", 0);
    must(::ftruncate(descriptor, 0) == 0);
    must(::pwrite(descriptor, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
    read_whole(path, bytes.size(), {});
    read_whole(path, bytes.size(), {5, 500});
    return 0;
}
