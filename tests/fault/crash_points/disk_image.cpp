// Sectors of 512 bytes are what a disk writes whole.
#include "crash_points/disk_image.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace petrel::crash_points {
namespace {

constexpr std::uint64_t kSector = 512;

void put(std::string& content, std::uint64_t where, const std::string& data) {
    if (content.size() < where + data.size()) {
        content.resize(where + data.size(), '\0');
    }
    content.replace(where, data.size(), data);
}

void apply_to(std::string& content, const Operation& operation) {
    if (operation.kind == 'T') {
        content.resize(operation.where, '\0');
    } else {
        put(content, operation.where, operation.data);
    }
}

// Each sector of the write is kept, lost or, if asked for, filled with noise.
void apply_torn(std::string& content, const Operation& operation, bool noise,
                std::mt19937_64& dice) {
    std::uint64_t at = operation.where;
    const std::uint64_t end = operation.where + operation.data.size();
    while (at < end) {
        const std::uint64_t stop = std::min(end, (at / kSector + 1) * kSector);
        std::string piece = operation.data.substr(at - operation.where, stop - at);
        const std::uint64_t fate = dice() % 3;
        if (fate == 0 && noise) {
            std::generate(piece.begin(), piece.end(), [&] { return static_cast<char>(dice()); });
        }
        if (fate != 1) {
            put(content, at, piece);
        }
        at = stop;
    }
}

bool read_record(std::istream& in, Operation& operation) {
    std::uint32_t path_length = 0;
    std::uint64_t data_length = 0;
    in.read(&operation.kind, 1);
    in.read(reinterpret_cast<char*>(&path_length), sizeof(path_length));
    in.read(reinterpret_cast<char*>(&operation.where), sizeof(operation.where));
    in.read(reinterpret_cast<char*>(&data_length), sizeof(data_length));
    constexpr std::uint64_t record_max = 64U << 20;
    if (!in || path_length > record_max || data_length > record_max) {
        return false;
    }
    operation.path.resize(path_length);
    operation.data.resize(data_length);
    in.read(operation.path.data(), static_cast<std::streamsize>(path_length));
    in.read(operation.data.data(), static_cast<std::streamsize>(data_length));
    return static_cast<bool>(in);
}

}  // namespace

std::vector<Operation> read_operations(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::vector<Operation> operations;
    while (in && in.peek() != std::ifstream::traits_type::eof()) {
        Operation operation;
        if (!read_record(in, operation)) {
            return {};
        }
        operations.push_back(std::move(operation));
    }
    return operations;
}

void DiskImage::apply(const Operation& operation) {
    switch (operation.kind) {
        case 'O':
            files_[operation.path];
            break;
        case 'C': {
            Operation emptied;
            emptied.kind = 'T';
            files_[operation.path].pending.push_back(emptied);
            break;
        }
        case 'W':
        case 'T':
            files_[operation.path].pending.push_back(operation);
            break;
        case 'S': {
            const auto file = files_.find(operation.path);
            if (file != files_.end()) {
                for (const Operation& pending : file->second.pending) {
                    apply_to(file->second.durable, pending);
                }
                file->second.pending.clear();
            }
            break;
        }
        case 'R':
            files_[operation.data] = std::move(files_[operation.path]);
            files_.erase(operation.path);
            break;
        case 'U':
            files_.erase(operation.path);
            break;
        default:
            break;  // a promise changes no file
    }
}

Folder DiskImage::after_kill() const {
    Folder folder;
    for (const auto& [path, file] : files_) {
        std::string& content = folder[path] = file.durable;
        for (const Operation& pending : file.pending) {
            apply_to(content, pending);
        }
    }
    return folder;
}

Folder DiskImage::after_power_cut(Cut cut, std::mt19937_64& dice) const {
    Folder folder;
    for (const auto& [path, file] : files_) {
        std::string& content = folder[path] = file.durable;
        for (std::size_t i = 0; i < file.pending.size(); ++i) {
            const Operation& pending = file.pending[i];
            const bool last = i + 1 == file.pending.size();
            const bool kept = dice() % 2 == 0;
            if (cut == Cut::DropLast ? !last : cut == Cut::Random && kept) {
                apply_to(content, pending);
            } else if ((cut == Cut::Torn || cut == Cut::Noise) && pending.kind == 'W') {
                apply_torn(content, pending, cut == Cut::Noise, dice);
            }
        }
    }
    return folder;
}

void write_folder(const std::string& path, const Folder& folder) {
    namespace fs = std::filesystem;
    fs::remove_all(path);
    fs::create_directories(path);
    for (const auto& [name, content] : folder) {
        const fs::path file = fs::path(path) / name;
        fs::create_directories(file.parent_path());
        std::ofstream out(file, std::ios::binary);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
    }
}

}  // namespace petrel::crash_points
