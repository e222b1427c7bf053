// The rule families. A new family is one file and one line here and in families.cc.
//
// Each function builds its family's rules; called once at start-up, then shared read-only.
#pragma once

#include <vector>

#include "detectors/rule.h"

namespace aegis::detectors {

std::vector<Rule> pii_numbers();   // ssn, credit_card, bank_account, phone, ip_address, date_of_birth
std::vector<Rule> pii_identity();  // email, name, address, passport, driver_license, medical_record, api_key
std::vector<Rule> injection();     // the six injection classes
std::vector<Rule> output();        // harmful_content, code_execution, training_data_leak, unauthorized_claim
std::vector<Rule> tool_poisoning();     // orders hidden in tool definitions
std::vector<Rule> secrets_cloud();      // AWS, Google, Azure, DigitalOcean, …
std::vector<Rule> secrets_developer();  // GitHub, GitLab, npm, PyPI, …
std::vector<Rule> secrets_saas();       // Slack, Stripe, Twilio, SendGrid, …
std::vector<Rule> secrets_ai();         // OpenAI, Anthropic, Hugging Face, …
std::vector<Rule> secrets_generic();    // private keys, JWT, connection strings, assigned passwords

std::vector<Rule> builtin_rules();

}  // namespace aegis::detectors
