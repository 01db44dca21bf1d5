// petrel secrets: values come in over standard input and appear nowhere else.
#include "cli/cmd_secrets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "config/config.hpp"
#include "secrets/secret_store.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPlantedValue = "planted-9c41-value";
constexpr const char* kPlantedPhrase = "planted passphrase 77";

// Standard input of this process for as long as it lives.
class GivenInput {
public:
    explicit GivenInput(const std::string& text) : before_(::dup(STDIN_FILENO)) {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
        ::close(ends[1]);
        ::dup2(ends[0], STDIN_FILENO);
        ::close(ends[0]);
    }
    ~GivenInput() {
        ::dup2(before_, STDIN_FILENO);
        ::close(before_);
    }
    GivenInput(const GivenInput&) = delete;
    GivenInput& operator=(const GivenInput&) = delete;

private:
    int before_;
};

class SecretsCommand : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "petrel-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        configure("key_file = \"key\"\n");
    }
    void TearDown() override { fs::remove_all(folder_); }

    void configure(const std::string& secrets) const {
        std::ofstream(folder_ + "/petrel.toml")
            << "state_dir = \"state\"\n[secrets]\nstore = \"deep/store\"\n"
            << secrets;
    }
    template <typename Arguments>
    int run(int (*command)(const Arguments&, Terminal&), Arguments arguments) {
        out_.str("");
        err_.str("");
        arguments.config.file = folder_ + "/petrel.toml";
        Terminal terminal{out_, err_, false, false, environment_};
        const int code = command(arguments, terminal);
        said_ += out_.str() + err_.str();
        return code;
    }
    int set(const std::string& name, const std::string& input) {
        const GivenInput given(input);
        return run(cmd_secrets_set, SecretsArguments{name, {}, {}});
    }
    [[nodiscard]] std::string stored(const std::string& name) const {
        const auto word = environment_.find(kPassphraseVariable);
        const std::string phrase = word == environment_.end() ? "" : word->second;
        const Result<SecretStore> store = SecretStore::open(
            {folder_ + "/deep/store", phrase.empty() ? folder_ + "/key" : ""}, phrase);
        const Result<std::string> value =
            store.ok() ? store->read(name) : Result<std::string>(store.status());
        return value.ok() ? *value : value.status().message();
    }

    std::string folder_;
    std::map<std::string, std::string> environment_;
    std::ostringstream out_;
    std::ostringstream err_;
    std::string said_;  // by all commands of the test
};

TEST_F(SecretsCommand, sets_lists_and_removes_without_showing_a_value) {
    ASSERT_EQ(set("acme-token", std::string(kPlantedValue) + "\n"), kExitDone) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("refer to it as { store = \"acme-token\" }"));
    EXPECT_EQ(stored("acme-token"), kPlantedValue);
    ASSERT_EQ(set("second", "two\nlines"), kExitDone);
    EXPECT_EQ(stored("second"), "two\nlines");
    ASSERT_EQ(run(cmd_secrets_list, SecretsListArguments{}), kExitDone);
    EXPECT_EQ(out_.str(), "acme-token\nsecond\n");
    SecretsListArguments as_json;
    as_json.output.json = true;
    ASSERT_EQ(run(cmd_secrets_list, as_json), kExitDone);
    EXPECT_EQ(nlohmann::json::parse(out_.str())["names"].size(), 2U);
    ASSERT_EQ(run(cmd_secrets_remove, SecretsArguments{"second", {}, {}}), kExitDone);
    EXPECT_EQ(run(cmd_secrets_remove, SecretsArguments{"second", {}, {}}), kExitUsage);
    EXPECT_THAT(err_.str(), HasSubstr("holds no secret second"));
    EXPECT_THAT(said_, Not(HasSubstr("planted")));
    EXPECT_THAT(said_, Not(HasSubstr("lines")));
    EXPECT_TRUE(fs::exists(folder_ + "/key"));
}

TEST_F(SecretsCommand, passphrase_comes_from_its_variable_and_is_not_shown) {
    configure("");
    EXPECT_EQ(set("a", kPlantedValue), kExitUsage);
    EXPECT_THAT(err_.str(), HasSubstr("set PETREL_SECRETS_PASSPHRASE, or name a key file"));
    environment_[kPassphraseVariable] = kPlantedPhrase;
    ASSERT_EQ(set("a", kPlantedValue), kExitDone) << err_.str();
    EXPECT_EQ(stored("a"), kPlantedValue);
    environment_[kPassphraseVariable] = "another passphrase";
    EXPECT_EQ(run(cmd_secrets_list, SecretsListArguments{}), kExitUsage);
    EXPECT_THAT(err_.str(), HasSubstr("does not open with this passphrase"));
    EXPECT_THAT(said_, Not(HasSubstr("planted")));
}

TEST_F(SecretsCommand, bad_names_and_values_change_nothing) {
    ASSERT_EQ(set("a", "one"), kExitDone);
    for (const std::string& value : {std::string(), std::string("\n"), std::string(20'000, 'x')}) {
        EXPECT_EQ(set("a", value), kExitUsage);
        EXPECT_THAT(err_.str(), HasSubstr("a secret has 1 to 16384 bytes"));
    }
    EXPECT_EQ(set("Bad Name", "v"), kExitUsage);
    EXPECT_THAT(err_.str(), HasSubstr("error[PTL-C026]: a secret's name is"));
    EXPECT_EQ(stored("a"), "one");
}

}  // namespace
}  // namespace petrel::core
