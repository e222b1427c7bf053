// What the user wants detected beside, and apart from, what ships.
#pragma once

#include <memory>

#include "app/settings_reader.h"
#include "detectors/detector.h"

namespace aegis::app {

struct DetectionSettings {
  std::shared_ptr<const detectors::Detector> configured;  // null: the file has no section "detection"

  // The configured one, else what ships, which is made when it is first asked for.
  [[nodiscard]] std::shared_ptr<const detectors::Detector> detector() const {
    return configured != nullptr ? configured : detectors::Detector::builtin();
  }
};

// Mistakes go to the reader's problems. REQUIRES: the reader has read the file.
DetectionSettings read_detection_settings(SettingsReader* reader);

}  // namespace aegis::app
