// The rule families. A new family is one file and one line here and in families.cc.
//
// Each function builds its family's rules; called once at start-up, then shared read-only.
#pragma once

#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

std::vector<Rule> pii_numbers();   // ssn, credit_card, bank_account, date_of_birth
std::vector<Rule> pii_identity();  // email, name, address, passport, driver_license, medical_record, api_key
std::vector<Rule> pii_phone();     // phone
std::vector<Rule> pii_network();   // ip_address, mac_address, imei, crypto_address
std::vector<Rule> pii_americas();  // official numbers, by the country in front of the type: us_…, ca_…
std::vector<Rule> pii_europe_west();  // uk_…, it_…, es_…, pt_…, fr_…, nl_…, be_…, ie_…
std::vector<Rule> pii_germany();      // de_…
std::vector<Rule>
pii_europe_east();  // fi_…, se_…, no_…, dk_…, ch_…, at_…, pl_…, cz_…, ro_…, bg_…, hr_…, tr_…
std::vector<Rule> pii_asia_east();   // kr_…, cn_…, jp_…, tw_…, hk_…, sg_…, th_…, my_…, id_…
std::vector<Rule> pii_asia_south();  // in_…, pk_…, il_…, ae_…, za_…, ng_…, au_…, nz_…
std::vector<Rule> injection();       // the six injection classes
std::vector<Rule> injection_west();  // orders in Spanish, French, German, Italian, Portuguese, Dutch
std::vector<Rule> injection_east();  // in nine more languages of Europe
std::vector<Rule> injection_south();  // in Thai, Hebrew, Persian, Bengali
std::vector<Rule> injection_north();  // in Swedish, Polish, Russian, Ukrainian
std::vector<Rule>
injection_asia();            // in Turkish, Chinese, Japanese, Korean, Arabic, Hindi, Indonesian, Vietnamese
std::vector<Rule> output();  // harmful_content, code_execution, training_data_leak, unauthorized_claim
std::vector<Rule> arguments_shell();    // shell_command
std::vector<Rule> arguments_data();     // sql_statement, ssrf_target, path_traversal, sensitive_path
std::vector<Rule> tool_poisoning();     // orders hidden in tool definitions
std::vector<Rule> secrets_cloud();      // AWS, Google, Azure, DigitalOcean, …
std::vector<Rule> secrets_developer();  // GitHub, GitLab, npm, PyPI, …
std::vector<Rule> secrets_saas();       // Slack, Stripe, Twilio, SendGrid, …
std::vector<Rule> secrets_ai();         // OpenAI, Anthropic, Hugging Face, …
std::vector<Rule> secrets_stated();   // passwords beside a user's name, in calls, on command lines, in prose
std::vector<Rule> secrets_generic();  // private keys, JWT, connection strings, assigned passwords

std::vector<Rule> builtin_rules();

}  // namespace aegis::detectors
