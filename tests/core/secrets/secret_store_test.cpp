// The encrypted store and the three references: what comes back, what is refused, what the disk
// and the messages show.
#include "secrets/secret_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "secrets/secret_reader.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPlanted = "planted-VALUE-1d7f";
constexpr const char* kWord = "correct horse battery";

class SecretStoreTest : public ::testing::Test {
protected:
    SecretStoreTest() {
        std::string name = (fs::path(::testing::TempDir()) / "secretsXXXXXX").string();
        folder_ = mkdtemp(name.data());
        by_key_ = {path("store"), path("key")};
        by_word_ = {path("store"), ""};
    }
    ~SecretStoreTest() override {
        ::unsetenv(kPassphraseVariable);
        fs::remove_all(folder_);
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder_ / name).string();
    }
    [[nodiscard]] std::string bytes(const std::string& name) const {
        std::ifstream in(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write(const std::string& name, const std::string& text, unsigned mode = 0600) const {
        std::ofstream(path(name), std::ios::binary) << text;
        fs::permissions(path(name), fs::perms(mode));
    }
    [[nodiscard]] unsigned mode(const std::string& name) const {
        struct stat facts{};
        ::stat(path(name).c_str(), &facts);
        return facts.st_mode & 0777U;
    }
    // A store with two secrets on disk.
    void fill(const SecretStoreConfig& place) const {
        Result<SecretStore> store = SecretStore::create(place, kWord);
        ASSERT_TRUE(store.ok()) << store.status().message();
        ASSERT_TRUE(store->set("alpha", kPlanted).ok());
        ASSERT_TRUE(store->set("beta", "other").ok());
        ASSERT_TRUE(store->save().ok());
    }
    static std::string why(const Result<SecretStore>& store) {
        return store.ok() ? "opened" : store.status().message();
    }

    fs::path folder_;
    SecretStoreConfig by_key_;
    SecretStoreConfig by_word_;
};

TEST_F(SecretStoreTest, gives_back_what_was_set_under_key_file_and_passphrase) {
    for (const SecretStoreConfig& place : {by_key_, by_word_}) {
        fill(place);
        const Result<SecretStore> store = SecretStore::open(place, kWord);
        ASSERT_TRUE(store.ok()) << store.status().message();
        EXPECT_THAT(store->names(), ElementsAre("alpha", "beta"));
        EXPECT_EQ(*store->read("alpha"), kPlanted);
        EXPECT_EQ(*store->read("beta"), "other");
        EXPECT_EQ(mode("store"), 0600U);
        EXPECT_THAT(bytes("store"), Not(HasSubstr("planted")));
        fs::remove(path("store"));
    }
    EXPECT_EQ(mode("key"), 0600U);
    EXPECT_EQ(bytes("key").size(), 32U);
}

TEST_F(SecretStoreTest, another_key_or_passphrase_does_not_open_it) {
    fill(by_word_);
    EXPECT_THAT(why(SecretStore::open(by_word_, "wrong horse battery")),
                HasSubstr("does not open with this passphrase"));
    EXPECT_THAT(why(SecretStore::open(by_word_, "")), HasSubstr("set PETREL_SECRETS_PASSPHRASE"));
    write("key", std::string(32, 'k'));
    EXPECT_THAT(why(SecretStore::open(by_key_, "")), HasSubstr("take secrets.key_file away"));
    fs::remove(path("store"));
    fill(by_key_);
    EXPECT_THAT(why(SecretStore::open(by_word_, kWord)), HasSubstr("name it, secrets.key_file"));
    write("key", std::string(32, 'x'));
    EXPECT_THAT(why(SecretStore::open(by_key_, "")), HasSubstr("does not open with this key file"));
    write("key", "short");
    EXPECT_THAT(why(SecretStore::open(by_key_, "")), HasSubstr("shorter than 32 bytes"));
}

TEST_F(SecretStoreTest, name_is_bound_to_its_secret) {
    fill(by_key_);
    std::string text = bytes("store");
    // Both have names of their own length: swapping the names gives each the other's secret.
    const std::size_t alpha = text.find("\5alpha");
    ASSERT_NE(alpha, std::string::npos);
    text.replace(alpha + 1, 5, "gamma");
    write("store", text);
    const Result<SecretStore> store = SecretStore::open(by_key_, "");
    ASSERT_TRUE(store.ok()) << store.status().message();
    EXPECT_THAT(store->read("gamma").status().message(), HasSubstr("was tampered with"));
    EXPECT_EQ(*store->read("beta"), "other");
}

TEST_F(SecretStoreTest, no_cut_or_changed_byte_gives_another_secret_or_a_crash) {
    fill(by_key_);
    const std::string good = bytes("store");
    for (std::size_t length = 0; length < good.size(); ++length) {
        write("store", good.substr(0, length));
        EXPECT_FALSE(SecretStore::open(by_key_, "").ok()) << length;
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x41);
        write("store", bad);
        const Result<SecretStore> store = SecretStore::open(by_key_, "");
        const Result<std::string> value =
            store.ok() ? store->read("alpha") : Result<std::string>(store.status());
        EXPECT_TRUE(!value.ok() || *value == kPlanted) << at;
    }
}

TEST_F(SecretStoreTest, planted_head_cannot_ask_for_boundless_work) {
    fill(by_word_);
    std::string text = bytes("store");
    text.replace(12, 8, std::string(8, '\xff'));
    write("store", text);
    EXPECT_THAT(why(SecretStore::open(by_word_, kWord)), HasSubstr("is damaged"));
}

TEST_F(SecretStoreTest, files_that_others_can_read_are_refused) {
    fill(by_key_);
    for (const unsigned open : {0644U, 0640U, 0604U}) {
        fs::permissions(path("store"), fs::perms(open));
        EXPECT_THAT(why(SecretStore::open(by_key_, "")), HasSubstr("chmod 600 " + path("store")));
    }
    fs::permissions(path("store"), fs::perms(0600));
    fs::permissions(path("key"), fs::perms(0644));
    EXPECT_THAT(why(SecretStore::open(by_key_, "")), HasSubstr("chmod 600 " + path("key")));
}

TEST_F(SecretStoreTest, saving_replaces_the_whole_file_and_leaves_nothing_beside_it) {
    fill(by_key_);
    write("store.new", "of a run that was killed");
    Result<SecretStore> store = SecretStore::open(by_key_, "");
    ASSERT_TRUE(store->remove("beta").ok());
    EXPECT_FALSE(store->remove("beta").ok());
    ASSERT_TRUE(store->save().ok());
    EXPECT_FALSE(fs::exists(path("store.new")));
    EXPECT_THAT(SecretStore::open(by_key_, "")->names(), ElementsAre("alpha"));
}

TEST_F(SecretStoreTest, bounds_are_kept) {
    EXPECT_THAT(why(SecretStore::create(by_word_, "short")), HasSubstr("at least 12 characters"));
    Result<SecretStore> store = SecretStore::create(by_key_, "");
    ASSERT_TRUE(store.ok());
    for (const char* name : {"", "Upper", "a b", "-a", ".a", "a/b", "a\n"}) {
        EXPECT_FALSE(store->set(name, "v").ok()) << name;
    }
    EXPECT_FALSE(store->set(std::string(65, 'a'), "v").ok());
    EXPECT_FALSE(store->set("a", "").ok());
    EXPECT_FALSE(store->set("a", std::string(16 * 1024 + 1, 'x')).ok());
    for (int i = 0; i < 256; ++i) {
        ASSERT_TRUE(store->set("n" + std::to_string(i), "v").ok());
    }
    EXPECT_THAT(store->set("one-more", "v").message(), HasSubstr("256"));
    EXPECT_TRUE(store->set("n7", "again").ok());
    ASSERT_TRUE(store->save().ok());
    EXPECT_EQ(SecretStore::open(by_key_, "")->names().size(), 256U);
}

TEST_F(SecretStoreTest, references_find_their_secret_in_the_three_places) {
    fill(by_word_);
    using Source = SecretReference::Source;
    ::setenv(kPassphraseVariable, kWord, 1);
    EXPECT_EQ(*read_secret({Source::Store, "alpha", by_word_}), kPlanted);
    EXPECT_THAT(read_secret({Source::Store, "gamma", by_word_}).status().message(),
                HasSubstr("petrel secrets set gamma"));
    write("file", std::string(kPlanted) + "\r\n", 0640);
    EXPECT_EQ(*read_secret({Source::File, path("file"), {}}), kPlanted);
    write("open", kPlanted, 0644);
    EXPECT_THAT(read_secret({Source::File, path("open"), {}}).status().message(),
                HasSubstr("chmod 600"));
    EXPECT_FALSE(read_secret({Source::File, folder_.string(), {}}).ok());
    EXPECT_THAT(read_secret({Source::Environment, "PETREL_NOT_THERE", {}}).status().message(),
                HasSubstr("the environment variable PETREL_NOT_THERE is not set"));
    write("empty", "\n");
    EXPECT_THAT(read_secret({Source::File, path("empty"), {}}).status().message(),
                HasSubstr("is empty"));
    write("huge", std::string(65'537, 'x'));
    EXPECT_THAT(read_secret({Source::File, path("huge"), {}}).status().message(),
                HasSubstr("larger than 65536"));
}

}  // namespace
}  // namespace petrel::core
