// Which session of which client this process belongs to: clients start a process of ours for each server, and
// those started by one process of a client are one session.
//
// Thread-safe.
#pragma once

#include <string>

namespace aegis::app {

// The same in every process that was started by our parent process, and in no other, not even after a restart
// of the machine. Not to be stored as it is. A process without a living parent is a session of its own.
std::string client_session_identity();

}  // namespace aegis::app
