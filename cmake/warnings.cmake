# The compiler as reviewer: the same strictness for every room and test.

option(PC_WERROR "Warnings are errors" ON)
set(PC_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")

function(pc_strict target)
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE PC_VERSION="${PROJECT_VERSION}")
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wformat=2 -Wundef -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla
    $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation> # bounded on purpose
    $<$<BOOL:${PC_WERROR}>:-Werror>
    -fno-common -fvisibility=hidden)
  if(PC_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${PC_SANITIZE} -fno-omit-frame-pointer -g)
    target_link_options(${target} PRIVATE -fsanitize=${PC_SANITIZE})
  elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE
      -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -g1)
    target_link_options(${target} PRIVATE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
  endif()
endfunction()
