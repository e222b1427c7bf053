// Communication, payment, commerce and marketing services: formats as published in each provider's
// documentation of its API keys.
#include <string>
#include <utility>
#include <vector>

#include "detectors/rules/families.h"
#include "detectors/rules/secret_formats.h"

namespace aegis::detectors {
namespace {

using secrets::assigned;
using secrets::prefixed;
using secrets::sample;
using secrets::Set;
using secrets::shaped;
using enum Severity;

// Every Discord bot token starts with the base64 of its bot's id: three decimal digits give one of these.
std::vector<std::string> discord_anchors() {
  std::vector<std::string> anchors;
  for (const char* start : {"md", "mt", "mj", "mz", "nd", "nt", "nj", "nz", "od", "ot"})
    for (const char third : std::string("aeimquycgk")) anchors.push_back(start + std::string(1, third));
  return anchors;
}

std::vector<Rule> messaging() {
  const std::string team = sample(Set::digits, 12, 2) + "-" + sample(Set::digits, 13, 3);
  const std::string hook =
      "T" + sample(Set::upper, 10) + "/B" + sample(Set::upper, 10, 2) + "/" + sample(Set::alnum, 24, 3);
  const std::string bot = std::string("xo") + "xb-" + team + "-" + sample(Set::alnum, 24, 4);
  const std::string user =
      std::string("xo") + "xp-" + team + "-" + team.substr(0, 12) + "-" + sample(Set::hex, 32, 4);
  const std::string app = std::string("xa") + "pp-1-A" + sample(Set::upper, 10) + "-" +
                          sample(Set::digits, 13) + "-" + sample(Set::hex, 64);
  const std::string discord =
      "MTk4NjIyNDgzNDcxOTI1MjQ4." + sample(Set::alnum, 6) + "." + sample(Set::alnum, 38, 2);
  const std::string telegram = sample(Set::digits, 9, 4) + "5:AA" + sample(Set::alnum, 33);
  const std::string teams = sample(Set::uuid, 0) + "@" + sample(Set::uuid, 0, 2) + "/IncomingWebhook/" +
                            sample(Set::hex, 32, 3) + "/" + sample(Set::uuid, 0, 4);
  const std::string sendgrid = "SG." + sample(Set::alnum, 22) + "." + sample(Set::alnum, 43, 2);
  const std::string mailgun =
      sample(Set::hex, 32) + "-" + sample(Set::hex, 8, 2) + "-" + sample(Set::hex, 8, 3);
  const std::string mailchimp = sample(Set::hex, 32, 5) + "-us12";
  const std::string brevo = "xkeysib-" + sample(Set::hex, 64) + "-" + sample(Set::alnum, 16, 2);
  const std::string resend = "re_" + sample(Set::alnum, 8) + "_" + sample(Set::alnum, 24, 2);
  const std::string discord_hook = sample(Set::digits, 18, 3) + "/" + sample(Set::alnum, 68);
  std::vector<std::string> twilio;
  for (const char c : std::string("0123456789abcdef")) twilio.push_back("sk" + std::string(1, c));
  return {
      shaped(
          "slack-token", "slack_token", critical, 0.98,
          {.pattern =
               R"((?:xox[abposr]-(?:\d{1,3}-)?\d{6,14}-(?:\d{6,14}-){0,2}[A-Za-z0-9]{10,64}|xox[bar]-\d{6,14}-[A-Za-z0-9]{14,34}|xoxs-\d{6,14}-\d{6,14}-\d{6,14}-[0-9a-f]{8,64})(?![A-Za-z0-9_\-]))",
           .anchors = {"xoxa-", "xoxb-", "xoxp-", "xoxo-", "xoxs-", "xoxr-"},
           .after = 130},
          {{"SLACK_BOT_TOKEN=" + bot, "a bot's token"}, {"token: " + user, "a user's token"}},
          {{bot.substr(0, 20), "cut short"},
           {"x" + bot, "inside a longer word"},
           {std::string("xo") + "xb-xxxxxxxxxxx-xxxxxxxxxxxx-xxxxxxxxxxxxxxxx", "a placeholder"}}),
      shaped(
          "slack-app-token", "slack_token", critical, 0.98,
          {.pattern =
               R"(xapp-(?:\d-[A-Z0-9]{6,14}-\d{6,16}-[0-9a-f]{32,80}|\d{9,14}-[A-Za-z0-9/]{20,40})(?![A-Za-z0-9_]))",
           .anchors = {"xapp-"},
           .after = 124},
          {{"SLACK_APP_TOKEN=" + app, "an app-level token"}},
          {{app.substr(0, 30), "cut short"}, {"z" + app, "inside a longer word"}}),
      shaped("slack-config-token", "slack_token", critical, 0.97,
             {.pattern =
                  R"((?:xoxe\.xox[bp]-\d-[A-Za-z0-9]{100,220}|xoxe-\d-[A-Za-z0-9]{100,220})(?![A-Za-z0-9_]))",
              .anchors = {"xoxe.xox", "xoxe-"},
              .after = 232},
             {{std::string("xo") + "xe.xoxp-1-" + sample(Set::alnum, 163), "a configuration token"}},
             {{std::string("xo") + "xe-1-" + sample(Set::alnum, 60), "cut short"}}),
      shaped("slack-session", "slack_token", critical, 0.97,
             {.pattern = "xoxc-\\d{9,14}-\\d{9,14}-\\d{9,14}-[0-9a-f]{64}(?![A-Za-z0-9_])|xoxd-[A-Za-z0-9%+/"
                         "=_\\-]{60,400}",
              .anchors = {"xoxc-", "xoxd-"},
              .after = 408},
             {{std::string("xo") + "xd-" + sample(Set::alnum, 120), "a browser session"}},
             {{std::string("xo") + "xd-" + sample(Set::alnum, 20), "cut short"}}),
      shaped(
          "slack-webhook", "slack_webhook", high, 0.97,
          {.pattern =
               R"(hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,80}(?![A-Za-z0-9/]))",
           .anchors = {"hooks.slack.com/", "hooks.slack-gov.com/"},
           .after = 90},
          {{"https://hooks.slack.com/services/" + hook, "an incoming webhook"}},
          {{"https://hooks.slack.com/services/T000/B000/XXXX", "the documentation's address"},
           {"https://hooks.slack.com/services/T00000000/B00000000/" + std::string(24, 'X'),
            "the documentation's address"}}),
      shaped(
          "discord-bot-token", "discord_token", critical, 0.95,
          {.pattern =
               R"((?:M[DTjz]|N[DTjz]|O[DT])[AEIMQUYcgk][A-Za-z0-9_\-]{20,23}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,40}(?![A-Za-z0-9_\-]))",
           .anchors = discord_anchors(),
           .after = 84,
           .validate = secrets::looks_random},
          {{"DISCORD_TOKEN=" + discord, "a bot's token"},
           {"OTUy" + discord.substr(4), "an id that begins with 9"}},
          {{discord.substr(0, 50), "cut short"}, {"x" + discord, "inside a longer word"}}),
      shaped(
          "discord-assigned-token", "discord_token", critical, 0.93,
          {.pattern =
               R"((?i:discord)[^\n]{0,60}?[\s"'`=:]([MNO][A-Za-z0-9_\-]{23,26}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,40})(?![A-Za-z0-9_\-]))",
           .anchors = {"discord"},
           .after = 150,
           .bordered = false,
           .validate = secrets::looks_random},
          {{"discord_token = \"OD" + discord.substr(2) + "\"", "an id that begins with 8"}},
          {{"discord.gg/" + sample(Set::alnum, 10), "an invitation"}}),
      assigned("discord-secret", "discord_secret", high, 0.8, {"discord"}, {Set::url, 32}),
      assigned("discord-public-key", "discord_secret", medium, 0.75, {"discord"}, {Set::hex, 64}),
      shaped(
          "discord-webhook", "discord_webhook", high, 0.97,
          {.pattern =
               R"(discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/\d{17,20}/[A-Za-z0-9_\-]{60,80}(?![A-Za-z0-9_\-]))",
           .anchors = {"discord.com/api/", "discordapp.com/api/"},
           .after = 124},
          {{"https://discord.com/api/webhooks/" + discord_hook, "a webhook"}},
          {{"https://discord.com/api/webhooks/" + discord_hook.substr(0, 30), "cut short"}}),
      shaped(
          "telegram-token", "telegram_bot_token", critical, 0.96,
          {.pattern = R"((?:(?<![A-Za-z0-9_:])|(?<=/bot))\d{8,10}:AA[A-Za-z0-9_\-]{32,33}(?![A-Za-z0-9_\-]))",
           .anchors = {":aa"},
           .before = 12,
           .after = 36,
           .bordered = false},
          {{"https://api.telegram.org/bot" + telegram + "/getMe", "in an address"},
           {"TOKEN=" + telegram, "assigned"}},
          {{telegram.substr(0, 40), "cut short"}, {"z" + telegram, "inside a longer word"}}),
      shaped(
          "teams-webhook", "teams_webhook", high, 0.97,
          {.pattern =
               R"((?:webhook\.office\.com/webhookb2|outlook\.office(?:365)?\.com/webhook)/[0-9a-z\-]{36}@[0-9a-z\-]{36}/[A-Za-z0-9]{3,30}/[0-9a-z]{32}/[0-9a-z\-]{36})",
           .anchors = {"webhook.office.com/", "outlook.office.com/webhook", "outlook.office365.com/webhook"},
           .after = 200,
           .bordered = false},
          {{"https://shop.webhook.office.com/webhookb2/" + teams, "an incoming webhook"}},
          {{"https://shop.webhook.office.com/webhookb2/x", "cut short"}}),
      prefixed("sendgrid-legacy-key", "sendgrid_api_key", critical, 0.88, {"SG."}, {Set::jumble, 66}),
      shaped("sendgrid-key", "sendgrid_api_key", critical, 0.98,
             {.pattern = R"(SG\.[A-Za-z0-9_\-]{20,24}\.[A-Za-z0-9_\-]{39,50}(?![A-Za-z0-9_\-]))",
              .anchors = {"sg."},
              .after = 80},
             {{"SENDGRID_API_KEY=" + sendgrid, "an API key"}},
             {{sendgrid.substr(0, 40), "cut short"}, {"M" + sendgrid, "inside a longer word"}}),
      shaped("twilio-key", "twilio_api_key", high, 0.9,
             {.pattern = "SK[0-9a-f]{32}(?![A-Za-z0-9_])", .anchors = std::move(twilio), .after = 40},
             {{"TWILIO_API_KEY=SK" + sample(Set::hex, 32), "an API key's id"}},
             {{"SK" + sample(Set::hex, 31), "too short"},
              {"TASK" + sample(Set::hex, 32), "inside a longer word"},
              {"SK" + std::string(32, '0'), "a run"}}),
      assigned("twilio-auth-token", "twilio_auth_token", critical, 0.85, {"twilio"}, {Set::hex, 32}),
      shaped("mailgun-key", "mailgun_api_key", critical, 0.93,
             {.pattern = "(?:pub)?key-[0-9a-f]{32}(?![A-Za-z0-9_])",
              .anchors = {"pubkey-", "key-"},
              .after = 40},
             {{"MAILGUN_API_KEY=key-" + sample(Set::hex, 32), "a private key"}},
             {{"key-" + sample(Set::hex, 31), "too short"},
              {"monkey-" + sample(Set::hex, 32), "inside a longer word"}}),
      shaped(
          "mailgun-signing-key", "mailgun_api_key", high, 0.88,
          {.pattern =
               R"((?i:mailgun)[^\n]{0,60}?(?<![A-Za-z0-9])([0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})(?![A-Za-z0-9\-]))",
           .anchors = {"mailgun"},
           .after = 120,
           .bordered = false},
          {{"mailgun_key=" + mailgun, "a key of the newer form"}}, {{mailgun, "nothing says whose it is"}}),
      shaped("mailchimp-key", "mailchimp_api_key", critical, 0.96,
             {.pattern = "[0-9a-f]{32}-us\\d{1,2}(?![A-Za-z0-9_])",
              .anchors = {"-us0", "-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9"},
              .before = 34,
              .after = 4},
             {{"MAILCHIMP_API_KEY=" + mailchimp, "an API key with its data centre"}},
             {{mailchimp.substr(1), "too short"}, {sample(Set::hex, 32) + "-usage", "a word behind a hash"}}),
      assigned("mandrill-key", "mandrill_api_key", high, 0.88, {"mandrill"}, {Set::url, 22}, "md-"),
      shaped("brevo-key", "brevo_api_key", critical, 0.98,
             {.pattern = "(?:xkeysib|xsmtpsib)-[0-9a-f]{64}-[A-Za-z0-9]{16}(?![A-Za-z0-9_])",
              .anchors = {"xkeysib-", "xsmtpsib-"},
              .after = 90},
             {{"api-key: " + brevo, "an API key"}},
             {{brevo.substr(0, 70), "cut short"}, {"a" + brevo, "inside a longer word"}}),
      shaped("resend-key", "resend_api_key", critical, 0.95,
             {.pattern = "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}(?![A-Za-z0-9_])",
              .anchors = {"re_"},
              .after = 36,
              .validate = secrets::looks_random},
             {{"RESEND_API_KEY=" + resend, "an API key"}},
             {{resend.substr(0, 30), "cut short"}, {"a" + resend, "inside a longer word"}}),
      assigned("postmark-token", "postmark_token", high, 0.84, {"postmark"}, {Set::uuid}),
      shaped(
          "postmark-setting", "postmark_token", high, 0.8,
          {.pattern =
               R"((?i:\bpostmark["']?\s{0,2}[:=]\s{0,2}["'])([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})["'])",
           .anchors = {"postmark"},
           .after = 60,
           .bordered = false},
          {{"postmark: \"" + sample(Set::uuid, 0, 4) + "\",", "a setting"}},
          {{"postmark_id: \"" + sample(Set::uuid, 0, 4) + "\"", "an identifier"}}),
      prefixed("onesignal-key", "onesignal_api_key", high, 0.95, {"os_v2_app_", "os_v2_org_"},
               {Set::lower, 90, 110}),
      shaped("fcm-server-key", "firebase_server_key", critical, 0.96,
             {.pattern = R"(AAAA[A-Za-z0-9_\-]{7}:APA91b[A-Za-z0-9_\-]{134}(?![A-Za-z0-9_\-]))",
              .anchors = {":apa91b"},
              .before = 14,
              .after = 138},
             {{"Authorization: key=AAAA" + sample(Set::alnum, 7) + ":APA91b" + sample(Set::alnum, 134),
               "a messaging server key"}},
             {{"AAAA" + sample(Set::alnum, 7) + ":APA91b" + sample(Set::alnum, 50),
               "a device's registration token"}}),
      assigned("mattermost-token", "mattermost_token", high, 0.82, {"mattermost"}, {Set::lower, 26}),
      assigned("messagebird-key", "messagebird_key", high, 0.82,
               {"messagebird", "message-bird", "message_bird"}, {Set::lower, 25}),
      assigned("sendbird-token", "sendbird_token", high, 0.82, {"sendbird"}, {Set::hex, 40}),
      assigned("gitter-token", "gitter_token", high, 0.82, {"gitter"}, {Set::url, 40}),
      assigned("intercom-token", "intercom_token", high, 0.82, {"intercom"}, {Set::jumble, 60}),
      assigned("zendesk-token", "zendesk_token", high, 0.82, {"zendesk"}, {Set::alnum, 40}),
      assigned("vonage-secret", "vonage_secret", high, 0.8, {"vonage", "nexmo"}, {Set::alnum, 16}),
  };
}

std::vector<Rule> commerce() {
  const std::string braintree =
      "access_token$production$" + sample(Set::lower, 16) + "$" + sample(Set::hex, 32);
  const std::string salesforce = "00D" + sample(Set::alnum, 12) + "!" + "AQ" + sample(Set::alnum, 94);
  const std::string flutterwave = "-" + sample(Set::hex, 32) + "-X";
  const std::string facebook = sample(Set::digits, 15, 3) + "|" + sample(Set::alnum, 27);
  const std::string mapbox = ".eyJ1Ijoi" + sample(Set::alnum, 60) + "." + sample(Set::alnum, 22, 2);
  const std::string zapier = sample(Set::digits, 7, 2) + "/" + sample(Set::lower, 7);
  return {
      prefixed("stripe-key", "stripe_secret_key", critical, 0.98,
               {std::string("sk_") + "live_", std::string("rk_") + "live_", "sk_prod_", "rk_prod_"},
               {Set::alnum, 20, 240}),
      prefixed("stripe-test-key", "stripe_test_key", medium, 0.95,
               {std::string("sk_") + "test_", std::string("rk_") + "test_"}, {Set::alnum, 20, 240}),
      prefixed("stripe-webhook-secret", "stripe_webhook_secret", high, 0.95, {"whsec_"},
               {Set::base64, 32, 64}),
      prefixed("square-token", "square_token", critical, 0.97, {"sq0atp-"}, {Set::url, 22, 60}),
      shaped(
          "square-secret", "square_secret", critical, 0.97,
          {.pattern = R"(sq0csp-[A-Za-z0-9_^\-]{43}(?![A-Za-z0-9_\-]))", .anchors = {"sq0csp-"}, .after = 52},
          {{"secret: sq0csp-" + sample(Set::alnum, 43), "an application secret"}},
          {{"sq0csp-" + sample(Set::alnum, 40), "too short"}}),
      prefixed("square-access-token", "square_token", critical, 0.93, {"EAAA"}, {Set::url, 60}),
      shaped("paypal-braintree-token", "braintree_token", critical, 0.98,
             {.pattern = R"(access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}(?![A-Za-z0-9]))",
              .anchors = {"access_token$"},
              .after = 66},
             {{braintree, "a production token"}}, {{braintree.substr(0, 60), "cut short"}}),
      prefixed("plaid-token", "plaid_token", critical, 0.97,
               {"access-production-", "access-sandbox-", "access-development-"}, {Set::uuid}),
      assigned("plaid-secret", "plaid_secret", critical, 0.83, {"plaid"}, {Set::lower, 30}),
      assigned("plaid-client-id", "plaid_client_id", medium, 0.8, {"plaid"}, {Set::alnum, 24}),
      prefixed("shopify-token", "shopify_token", critical, 0.98,
               {"shpat_", "shpca_", "shppa_", "shpss_", "shpua_"}, {Set::anyhex, 32}),
      prefixed("razorpay-key", "razorpay_key", high, 0.93, {"rzp_live_"}, {Set::alnum, 14}),
      prefixed("adyen-key", "adyen_api_key", critical, 0.94, {"AQE"}, {Set::url, 200, 400}),
      shaped("flutterwave-key", "flutterwave_key", critical, 0.97,
             {.pattern = "FLW(?:SECK|PUBK)(?:_TEST)?-(?:[0-9a-hA-H]{32}-X|[0-9a-hA-H]{12})(?![A-Za-z0-9_])",
              .anchors = {"flwseck", "flwpubk"},
              .after = 44},
             {{"FLWSECK" + flutterwave, "a secret key"}}, {{"FLWSECK-" + sample(Set::hex, 20), "cut short"}}),
      assigned("gocardless-token", "gocardless_token", critical, 0.88, {"gocardless"}, {Set::jumble, 40},
               "live_"),
      assigned("coinbase-token", "coinbase_token", critical, 0.83, {"coinbase"}, {Set::url, 64}),
      assigned("kraken-key", "kraken_api_key", critical, 0.83, {"kraken"}, {Set::base64, 86}),
      assigned("kucoin-key", "kucoin_api_key", critical, 0.83, {"kucoin"}, {Set::hex, 24}),
      assigned("kucoin-secret", "kucoin_api_key", critical, 0.83, {"kucoin"}, {Set::uuid}),
      assigned("bittrex-key", "bittrex_api_key", critical, 0.82, {"bittrex"}, {Set::lower, 32}),
      assigned("finicity-key", "finicity_key", high, 0.82, {"finicity"}, {Set::hex, 32}),
      assigned("finicity-secret", "finicity_key", high, 0.8, {"finicity"}, {Set::lower, 20}),
      assigned("finnhub-key", "finnhub_key", high, 0.8, {"finnhub"}, {Set::lower, 20}),
      prefixed("easypost-key", "easypost_key", high, 0.96, {"EZAK", "EZTK"}, {Set::alnum, 54}),
      prefixed("shippo-token", "shippo_token", high, 0.97, {"shippo_live_", "shippo_test_"}, {Set::hex, 40}),
      prefixed("duffel-token", "duffel_token", high, 0.97, {"duffel_live_", "duffel_test_"},
               {Set::jumble, 43}),
      assigned("lob-key", "lob_api_key", high, 0.86, {"lob"}, {Set::hex, 35}, "live_"),
      assigned("lob-test-key", "lob_api_key", medium, 0.85, {"lob"}, {Set::hex, 35}, "test_"),
      prefixed("persona-key", "persona_api_key", critical, 0.96, {"persona_production_", "persona_sandbox_"},
               {Set::uuid}),
      shaped("salesforce-token", "salesforce_token", critical, 0.95,
             {.pattern = "00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{60,140}(?![A-Za-z0-9._])",
              .anchors = {"00d"},
              .after = 164},
             {{"Bearer " + salesforce, "a session id"}},
             {{salesforce.substr(0, 40), "cut short"}, {"x" + salesforce, "inside a longer word"}}),
      prefixed("hubspot-token", "hubspot_token", high, 0.97, {"pat-na1-", "pat-na2-", "pat-eu1-", "pat-ap1-"},
               {Set::uuid}),
      assigned("hubspot-old-key", "hubspot_token", high, 0.83, {"hubspot", "hapikey"}, {Set::uuid}),
      prefixed("klaviyo-key", "klaviyo_key", high, 0.93, {"pk_"}, {Set::hex, 34}),
      prefixed("posthog-key", "posthog_key", high, 0.95, {"phx_"}, {Set::alnum, 43, 48}),
      prefixed("segment-token", "segment_token", high, 0.95, {"sgp_"}, {Set::alnum, 64}),
      assigned("algolia-key", "algolia_key", high, 0.83, {"algolia"}, {Set::lower, 32}),
      shaped("mapbox-secret-token", "mapbox_token", high, 0.97,
             {.pattern = R"([st]k\.eyJ[A-Za-z0-9_\-]{30,200}\.[A-Za-z0-9_\-]{20,30}(?![A-Za-z0-9_\-]))",
              .anchors = {"sk.eyj", "tk.eyj"},
              .after = 240},
             {{"sk" + mapbox, "a secret token"}}, {{"sk" + mapbox.substr(0, 40), "cut short"}}),
      shaped(
          "mapbox-public-token", "mapbox_public_token", medium, 0.9,
          {.pattern =
               R"(pk\.(?:eyJ[A-Za-z0-9_\-]{30,200}|[A-Za-z0-9]{60})\.[A-Za-z0-9_\-]{20,30}(?![A-Za-z0-9_\-]))",
           .anchors = {"pk."},
           .after = 240},
          {{"mapboxgl.accessToken = 'pk" + mapbox + "'", "a public token"}},
          {{"pk" + mapbox.substr(0, 40), "cut short"}}),
      prefixed("facebook-token", "facebook_token", critical, 0.93, {"EAA"}, {Set::alnum, 100, 400}),
      shaped(
          "facebook-app-token", "facebook_token", critical, 0.9,
          {.pattern =
               R"(access_token["']?\s{0,2}[=:]\s{0,2}["']?(\d{15,16}(?:\||%7[Cc])[A-Za-z0-9_\-]{27})(?![A-Za-z0-9_\-]))",
           .anchors = {"access_token"},
           .after = 64,
           .bordered = false,
           .validate = secrets::looks_random},
          {{"access_token=" + facebook, "an app's token"}},
          {{"access_token=" + facebook.substr(4), "too short"}}),
      assigned("facebook-secret", "facebook_secret", high, 0.82, {"facebook", "fb_", "instagram"},
               {Set::hex, 32}),
      shaped("twitter-bearer-token", "twitter_token", high, 0.95,
             {.pattern = "A{22}[A-Za-z0-9%]{60,120}(?![A-Za-z0-9%])",
              .anchors = {std::string(22, 'a')},
              .after = 124},
             {{"Bearer " + std::string(22, 'A') + sample(Set::alnum, 90), "an application's token"}},
             {{std::string(120, 'A'), "a run of one letter"}}),
      assigned("twitter-secret", "twitter_token", high, 0.82, {"twitter"}, {Set::alnum, 45, 50}),
      assigned("twitter-key", "twitter_token", high, 0.8, {"twitter"}, {Set::alnum, 25}),
      shaped("twitter-access-token", "twitter_token", high, 0.86,
             {.pattern =
                  R"((?i:twitter)[^\n]{0,60}?(?<![A-Za-z0-9])(\d{15,25}-[A-Za-z0-9]{20,40})(?![A-Za-z0-9_]))",
              .anchors = {"twitter"},
              .after = 140,
              .bordered = false,
              .validate = secrets::looks_random},
             {{"TWITTER_ACCESS_TOKEN=" + sample(Set::digits, 19, 4) + "-" + sample(Set::alnum, 30),
               "a user's access token"}},
             {{"twitter.com/x/status/" + sample(Set::digits, 19), "an address"}}),
      assigned("linkedin-secret", "linkedin_secret", high, 0.8, {"linkedin"}, {Set::alnum, 16}),
      assigned("linkedin-id", "linkedin_client_id", medium, 0.75, {"linkedin"}, {Set::lower, 14}),
      assigned("twitch-token", "twitch_token", high, 0.82, {"twitch"}, {Set::lower, 30}),
      shaped(
          "twitch-stream-key", "twitch_stream_key", high, 0.93,
          {.pattern = "live_\\d{6,12}_[A-Za-z0-9]{28,32}(?![A-Za-z0-9_])", .anchors = {"live_"}, .after = 52},
          {{"STREAM_KEY=live_" + sample(Set::digits, 9, 2) + "_" + sample(Set::alnum, 30), "a stream key"}},
          {{"live_" + sample(Set::digits, 9) + "_short", "too short"}}),
      prefixed("dropbox-token", "dropbox_token", critical, 0.93, {"sl."}, {Set::jumble, 130, 1300}),
      prefixed("dropbox-short-token", "dropbox_token", critical, 0.9, {"sl.u.", "sl.B"},
               {Set::url, 100, 1300}),
      assigned("dropbox-secret", "dropbox_token", high, 0.8, {"dropbox"}, {Set::lower, 15}),
      assigned("okta-token", "okta_token", critical, 0.9, {"okta", "ssws"}, {Set::url, 40}, "00"),
      assigned("auth0-secret", "auth0_secret", critical, 0.83, {"auth0"}, {Set::url, 64}),
      assigned("frameio-token", "frameio_token", high, 0.9, {"frameio", "frame.io"}, {Set::jumble, 64},
               "fio-u-"),
      prefixed("adobe-secret", "adobe_secret", high, 0.94, {"p8e-"}, {Set::lower, 32}),
      assigned("adobe-client-id", "adobe_client_id", medium, 0.78, {"adobe"}, {Set::hex, 32}),
      prefixed("adafruit-key", "adafruit_key", high, 0.95, {"aio_"}, {Set::alnum, 28}),
      assigned("adafruit-old-key", "adafruit_key", high, 0.8, {"adafruit"}, {Set::url, 32}),
      assigned("beamer-key", "beamer_key", high, 0.88, {"beamer"}, {Set::jumble, 44}, "b_"),
      assigned("etsy-key", "etsy_key", high, 0.8, {"etsy"}, {Set::lower, 24}),
      assigned("flickr-key", "flickr_key", high, 0.8, {"flickr"}, {Set::lower, 32}),
      assigned("freshbooks-token", "freshbooks_token", high, 0.82, {"freshbooks"}, {Set::lower, 64}),
      assigned("squarespace-token", "squarespace_token", high, 0.82, {"squarespace"}, {Set::uuid}),
      assigned("maxmind-key", "maxmind_license_key", high, 0.82, {"maxmind", "geoip"}, {Set::word, 40}),
      assigned("looker-client-id", "looker_client_id", medium, 0.78, {"looker"}, {Set::lower, 20}),
      assigned("looker-secret", "looker_secret", high, 0.8, {"looker"}, {Set::lower, 24}),
      assigned("nytimes-key", "nytimes_key", high, 0.8, {"nytimes", "new-york-times", "newyorktimes"},
               {Set::lower, 32}),
      assigned("nasa-key", "nasa_api_key", medium, 0.84, {"api.nasa.gov", "nasa"}, {Set::alnum, 40}),
      prefixed("settlemint-token", "settlemint_token", high, 0.95, {"sm_pat_", "sm_aat_", "sm_sat_"},
               {Set::alnum, 16}),
      prefixed("wakatime-key", "wakatime_key", medium, 0.95, {"waka_"}, {Set::uuid}),
      shaped("zapier-webhook", "zapier_webhook", high, 0.93,
             {.pattern = R"(hooks\.zapier\.com/hooks/catch/\d{5,10}/[0-9a-z]{6,10})",
              .anchors = {"hooks.zapier.com/"},
              .after = 40,
              .bordered = false},
             {{"https://hooks.zapier.com/hooks/catch/" + zapier + "/", "a catch hook"}},
             {{"https://hooks.zapier.com/hooks/catch/", "cut short"}}),
      prefixed("onepassword-token", "onepassword_token", critical, 0.98, {"ops_eyJ"},
               {Set::base64, 250, 1600}),
      shaped("onepassword-secret-key", "onepassword_secret_key", critical, 0.95,
             {.pattern = "A3-[0-9A-Z]{6}-(?:[0-9A-Z]{11}|[0-9A-Z]{6}-[0-9A-Z]{5})-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-"
                         "9A-Z]{5}(?![A-Za-z0-9\\-])",
              .anchors = {"a3-"},
              .after = 44,
              .validate = secrets::looks_random},
             {{"A3-" + sample(Set::upper, 6) + "-" + sample(Set::upper, 11, 2) + "-" +
                   sample(Set::upper, 5, 3) + "-" + sample(Set::upper, 5, 4) + "-" + sample(Set::upper, 5, 5),
               "an account's key"}},
             {{"A3-XXXXXX-XXXXXXXXXXX-XXXXX-XXXXX-XXXXX", "a placeholder"}}),
  };
}

}  // namespace

std::vector<Rule> secrets_saas() {
  std::vector<Rule> rules = messaging();
  for (Rule& rule : commerce()) rules.push_back(std::move(rule));
  return rules;
}

}  // namespace aegis::detectors
