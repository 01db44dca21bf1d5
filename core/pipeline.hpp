// The table of contents: joins the nine stages in their order, and nothing else does.
#pragma once

#include "pipeline_shard.hpp"
