// How people are asked for approvals: the section `approvals` of the configuration.
#pragma once

#include "app/settings_reader.h"
#include "guard/approvals.h"

namespace aegis::app {

guard::ApprovalRules read_approval_settings(SettingsReader* reader);

}  // namespace aegis::app
