// Statements that are prepared once: to parse one takes a file's database as long as to run it.
//
// A kept statement is a type of its own, with the places of its values and a member `statement`
// that its constructor prepares from a soci::session and binds to them. Of a file they live as long
// as the session; for a server one is made for each use, because what is prepared there is gone
// with the connection. For .cpp files of this folder only, on the thread that owns the session, and
// not within a use of the same type.
#pragma once

#include <soci/soci.h>

#include <memory>
#include <typeindex>

#include "store/session.hpp"

namespace petrel::core {

// Ends what a statement of a file has begun to read: an unfinished SELECT keeps the log from being
// copied, and the transaction around it from its end.
void end_reading(soci::statement& statement);

template <typename Made>
class Kept {
public:
    explicit Kept(Database::Session& session) : of_file_(!session.place.is_server()) {
        if (!of_file_) {
            made_ = std::make_shared<Made>(session.sql);
            return;
        }
        std::shared_ptr<void>& place = session.kept[std::type_index(typeid(Made))];
        if (place == nullptr) {
            place = std::make_shared<Made>(session.sql);
        }
        made_ = std::static_pointer_cast<Made>(place);
    }
    ~Kept() {
        if (of_file_) {
            end_reading(made_->statement);
        }
    }
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;

    Made* operator->() { return made_.get(); }

private:
    bool of_file_;
    std::shared_ptr<Made> made_;
};

}  // namespace petrel::core
