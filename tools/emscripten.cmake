# The toolchain of the wasm preset: Emscripten's own, wherever the emcc in PATH comes from
# (a distribution's package or emsdk).

find_program(SLUICE_EMCC emcc)
find_program(SLUICE_EM_CONFIG em-config)
if(NOT SLUICE_EMCC OR NOT SLUICE_EM_CONFIG)
  message(FATAL_ERROR "Emscripten (emcc, em-config) is not in PATH. "
    "Install it (Debian: apt-get install emscripten), or activate emsdk.")
endif()

execute_process(COMMAND ${SLUICE_EM_CONFIG} EMSCRIPTEN_ROOT
  OUTPUT_VARIABLE emscripten_root OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
include(${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake)
