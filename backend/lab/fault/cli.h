/*
 * fault_cli: "protector-lab fault ...", the fault menu from the command line.
 *
 * Finds the running lab by DIR/lab.json and speaks to its control interface.
 */
#ifndef PC_LAB_FAULT_CLI_H
#define PC_LAB_FAULT_CLI_H

/* argv[0] is "fault". Returns the exit code. */
int fault_cli(int argc, char **argv);

#endif
