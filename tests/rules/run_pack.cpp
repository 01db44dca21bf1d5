// Loads one rule pack and runs its tests: prints the cases that fail, exits with 1 when any does
// and when there is none to run.
#include <cstdio>

#include "script/rule_pack.hpp"
#include "script/rule_tests.hpp"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: petrel_rules_test FOLDER\n", stderr);
        return 2;
    }
    auto pack = petrel::core::RulePack::load(argv[1]);
    if (!pack) {
        std::fprintf(stderr, "%s\n", pack.status().message().c_str());
        return 1;
    }
    auto report = petrel::core::run_pack_tests(**pack);
    if (!report) {
        std::fprintf(stderr, "%s\n", report.status().message().c_str());
        return 1;
    }
    if (report->failed != 0) {
        std::fprintf(stderr, "%s\n", report->failures().c_str());
    }
    std::printf("%s: %llu passed, %llu failed; at most %llu steps a call\n", (*pack)->id().c_str(),
                static_cast<unsigned long long>(report->passed),
                static_cast<unsigned long long>(report->failed),
                static_cast<unsigned long long>((*pack)->sample_fuel_max()));
    return report->failed != 0 || report->passed == 0 ? 1 : 0;
}
