// petrel: storm warnings for crypto markets. Each command to the function that does it.
#include "cli/cmd_check.hpp"
#include "cli/cmd_db.hpp"
#include "cli/cmd_decode.hpp"
#include "cli/cmd_engine.hpp"
#include "cli/cmd_input.hpp"
#include "cli/cmd_notifications.hpp"
#include "cli/cmd_notify.hpp"
#include "cli/cmd_preview.hpp"
#include "cli/cmd_record.hpp"
#include "cli/cmd_replay.hpp"
#include "cli/cmd_resend.hpp"
#include "cli/cmd_rules.hpp"
#include "cli/cmd_rules_diff.hpp"
#include "cli/cmd_rules_engine.hpp"
#include "cli/cmd_rules_new.hpp"
#include "cli/cmd_rules_score.hpp"
#include "cli/cmd_secrets.hpp"
#include "cli/cmd_signals.hpp"
#include "cli/cmd_verify.hpp"
#include "cli/command_line.hpp"

int main(int argc, char** argv) {
    using namespace petrel::core;
    CommandHandlers handlers;
    handlers.run = cmd_run;
    handlers.replay = cmd_replay;
    handlers.record = cmd_record;
    handlers.check = cmd_check;
    handlers.signals = cmd_signals;
    handlers.explain = cmd_explain;
    handlers.status = cmd_status;
    handlers.coverage = cmd_coverage;
    handlers.reload = cmd_reload;
    handlers.plugin_list = cmd_plugin_list;
    handlers.plugin_decode = cmd_plugin_decode;
    handlers.plugin_verify = cmd_plugin_verify;
    handlers.plugin_reload = cmd_plugin_reload;
    handlers.db_status = cmd_db_status;
    handlers.notify_preview = cmd_notify_preview;
    handlers.db_migrate = cmd_db_migrate;
    handlers.secrets_set = cmd_secrets_set;
    handlers.secrets_list = cmd_secrets_list;
    handlers.secrets_remove = cmd_secrets_remove;
    handlers.rules_new = cmd_rules_new;
    handlers.rules_check = cmd_rules_check;
    handlers.rules_test = cmd_rules_test;
    handlers.rules_diff = cmd_rules_diff;
    handlers.rules_shadow = cmd_rules_shadow;
    handlers.rules_promote = cmd_rules_promote;
    handlers.rules_drop = cmd_rules_drop;
    handlers.rules_versions = cmd_rules_versions;
    handlers.rules_restore = cmd_rules_restore;
    handlers.rules_log = cmd_rules_log;
    handlers.rules_score = cmd_rules_score;
    handlers.input_sentiment = cmd_input_sentiment;
    handlers.notifications = cmd_notifications;
    handlers.notifications_gaps = cmd_notifications_gaps;
    handlers.notifications_verify = cmd_notifications_verify;
    handlers.notify_resend = cmd_notify_resend;
    handlers.notify_drill = cmd_notify_drill;
    handlers.silence_add = cmd_silence_add;
    handlers.silence_list = cmd_silence_list;
    handlers.silence_end = cmd_silence_end;
    handlers.silence_preview = cmd_silence_preview;
    handlers.notify_ack = cmd_notify_ack;
    handlers.notify_test = cmd_notify_test;
    handlers.notify_explain = cmd_notify_explain;
    handlers.notify_route = cmd_notify_route;
    return dispatch(argc, argv, handlers);
}
