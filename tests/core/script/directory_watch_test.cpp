// Changes are reported once, when they have come to rest.
#include "script/directory_watch.hpp"

#include <gtest/gtest.h>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

TEST(DirectoryWatch, what_is_there_at_the_start_is_known) {
    const Folder folder(good_files());
    DirectoryWatch watch(folder.path());
    EXPECT_FALSE(watch.poll_changed());
    EXPECT_FALSE(watch.poll_changed());
}

TEST(DirectoryWatch, a_change_is_reported_once_and_at_rest) {
    const Folder folder(good_files());
    DirectoryWatch watch(folder.path());
    folder.write("score.lua", "return 1");
    EXPECT_FALSE(watch.poll_changed());
    folder.write("score.lua", "return 12");  // the editor's second write
    EXPECT_FALSE(watch.poll_changed());
    EXPECT_TRUE(watch.poll_changed());
    EXPECT_FALSE(watch.poll_changed());
}

TEST(DirectoryWatch, new_and_removed_files_count) {
    const Folder folder(good_files());
    DirectoryWatch watch(folder.path());
    for (const char* file : {"lib/new.lua", "voters/new.lua", "tests/new.lua"}) {
        folder.write(file, "return {}");
        EXPECT_FALSE(watch.poll_changed());
        EXPECT_TRUE(watch.poll_changed()) << file;
        folder.remove(file);
        EXPECT_FALSE(watch.poll_changed());
        EXPECT_TRUE(watch.poll_changed()) << file;
    }
}

TEST(DirectoryWatch, a_file_replaced_by_renaming_counts) {
    const Folder folder(good_files());
    DirectoryWatch watch(folder.path());
    folder.write("score.lua.new", "return 1");
    EXPECT_FALSE(watch.poll_changed());
    std::filesystem::rename(folder.path() + "/score.lua.new", folder.path() + "/score.lua");
    EXPECT_FALSE(watch.poll_changed());
    EXPECT_TRUE(watch.poll_changed());
}

TEST(DirectoryWatch, other_files_do_not_count) {
    const Folder folder(good_files());
    DirectoryWatch watch(folder.path());
    folder.write("notes.txt", "hello");
    EXPECT_FALSE(watch.poll_changed());
    EXPECT_FALSE(watch.poll_changed());
}

TEST(DirectoryWatch, a_change_taken_back_is_none) {
    const Folder folder(good_files());
    DirectoryWatch watch(folder.path());
    folder.write("extra.lua", "return {}");
    EXPECT_FALSE(watch.poll_changed());
    folder.remove("extra.lua");
    EXPECT_FALSE(watch.poll_changed());
    EXPECT_FALSE(watch.poll_changed());
}

}  // namespace
}  // namespace petrel::core::script_test
