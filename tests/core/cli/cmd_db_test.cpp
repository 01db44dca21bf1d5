// petrel db: what it says of a store that is not there, old, current and newer, in either database.
#include "cli/cmd_db.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/store/both_stores_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "store/migrations.hpp"

namespace petrel::core {
namespace {

using petrel::testing::shared_server;
using petrel::testing::TempFolder;
using ::testing::HasSubstr;
using ::testing::Not;

class DbCommand : public ::testing::Test {
protected:
    void configure(const std::string& text) const {
        std::ofstream(folder_.at("petrel.toml")) << "state_dir = \"state\"\n" << text;
    }
    int run(int (*command)(const RulesEngineArguments&, Terminal&), bool as_json = false) {
        out_.str("");
        err_.str("");
        RulesEngineArguments arguments;
        arguments.config.file = folder_.at("petrel.toml");
        arguments.output.json = as_json;
        Terminal terminal{out_, err_, false, false, {}};
        return command(arguments, terminal);
    }
    nlohmann::json answer() { return nlohmann::json::parse(out_.str()); }

    TempFolder folder_;
    std::ostringstream out_, err_;
};

TEST_F(DbCommand, a_file_is_shown_and_brought_up_to_date) {
    configure("");
    EXPECT_EQ(run(cmd_db_status), kExitNo);
    EXPECT_THAT(out_.str(), HasSubstr("no tables yet"));
    EXPECT_EQ(run(cmd_db_migrate, true), kExitDone) << err_.str();
    EXPECT_EQ(answer().at("kind"), "sqlite");
    EXPECT_EQ(answer().at("schema"), newest_schema());
    EXPECT_EQ(answer().at("migrated"), newest_schema());
    EXPECT_EQ(run(cmd_db_status), kExitDone);
    EXPECT_THAT(out_.str(), HasSubstr("up to date"));
    EXPECT_EQ(run(cmd_db_migrate, true), kExitDone);
    EXPECT_EQ(answer().at("migrated"), 0);
    const std::string newer = std::to_string(newest_schema() + 1);
    run_sql(folder_.at("state/petrel.db"), "PRAGMA user_version=" + newer);
    EXPECT_EQ(run(cmd_db_status), kExitNo);
    EXPECT_THAT(out_.str(), HasSubstr("newer than the"));
    EXPECT_EQ(run(cmd_db_migrate), kExitNo);
    EXPECT_THAT(err_.str(), HasSubstr("has schema " + newer));
}

TEST_F(DbCommand, a_server_needs_one_line_and_no_user_is_shown) {
    const std::string name = shared_server().new_database();
    configure("[store]\nurl = \"" + shared_server().url(name) + "\"\n");
    EXPECT_EQ(run(cmd_db_status, true), kExitNo) << err_.str();
    EXPECT_EQ(answer().at("kind"), "postgresql");
    EXPECT_EQ(answer().at("store"), "postgresql:///" + name);
    EXPECT_EQ(run(cmd_db_migrate), kExitDone) << err_.str();
    EXPECT_EQ(run(cmd_db_status), kExitDone);
    EXPECT_EQ(shared_server().run_sql(name, "SELECT version FROM schema_version"),
              std::to_string(newest_schema()));
}

TEST_F(DbCommand, a_server_that_is_not_there_is_said_to_be_so) {
    configure("[store]\nurl = \"postgresql://someone@/db?host=/nonexistent\"\n");
    EXPECT_EQ(run(cmd_db_status), kExitBroken);
    EXPECT_THAT(err_.str(), HasSubstr("store postgresql:///db: cannot read its schema version"));
    EXPECT_THAT(err_.str(), Not(HasSubstr("someone")));
}

}  // namespace
}  // namespace petrel::core
