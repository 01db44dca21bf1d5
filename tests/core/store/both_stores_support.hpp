// One test, two databases: a new store of SQLite or of PostgreSQL, and statements past the
// product's back in words that both know.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/store/postgres_support.hpp"
#include "core/store/store_support.hpp"
#include "core/store/temp_folder_support.hpp"
#include "store/database.hpp"

namespace petrel::core {

enum class StoreKind : std::uint8_t { Sqlite, Postgres };

class NewStore {
public:
    explicit NewStore(StoreKind kind) : kind_(kind) {
        if (kind == StoreKind::Sqlite) {
            place_.path = folder_.at("petrel.db");
            return;
        }
        name_ = petrel::testing::shared_server().new_database();
        place_.url = petrel::testing::shared_server().url(name_);
        place_.node = "node-1";
    }

    [[nodiscard]] StoreKind kind() const { return kind_; }
    [[nodiscard]] const StorePlace& place() const { return place_; }
    [[nodiscard]] const std::string& name() const { return name_; }  // of PostgreSQL's database
    std::unique_ptr<Database> open(Database::Access access = Database::Access::ReadWrite) const {
        auto opened = Database::open(place_, access);
        EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.status().message());
        return opened.ok() ? std::move(*opened) : nullptr;
    }
    std::string sql(const std::string& text) const {
        return kind_ == StoreKind::Sqlite ? run_sql(place_.path, text)
                                          : petrel::testing::shared_server().run_sql(name_, text);
    }
    // Every write to notifications of this kind fails from now on, or again works.
    void break_writes(const std::string& action, const std::string& condition) const {
        if (kind_ == StoreKind::Sqlite) {
            sql("CREATE TRIGGER broken BEFORE " + action + " ON notifications WHEN " + condition +
                " BEGIN SELECT RAISE(ABORT, 'planted failure'); END");
            return;
        }
        sql("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'planted failure'; END $$");
        sql("CREATE TRIGGER broken BEFORE " + action + " ON notifications FOR EACH ROW WHEN (" +
            condition + ") EXECUTE FUNCTION refuse()");
    }
    void mend_writes() const {
        sql("DROP TRIGGER broken" +
            std::string(kind_ == StoreKind::Sqlite ? "" : " ON notifications"));
    }

private:
    petrel::testing::TempFolder folder_;
    StoreKind kind_;
    std::string name_;
    StorePlace place_;
};

inline std::string name_of_store(const ::testing::TestParamInfo<StoreKind>& tested) {
    return tested.param == StoreKind::Sqlite ? "sqlite" : "postgresql";
}

}  // namespace petrel::core
