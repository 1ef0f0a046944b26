#!/usr/bin/env python3
"""The twenty-eight faults that an orchestrator has to survive, each with the tests that prove it.

usage: faults28.py           the table, as Markdown
       faults28.py --check   exit 1 when a row has no proof, or names a test that is not there

A test is named as FILE:NAME below tests/; a matrix as proof/FILE. An open row says what is missing.
"""
import os
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CRASH, MATRIX, TROUBLE = 'proof/crash.py:at', 'proof/faults.py:strike', 'proof/trouble.py:'

# number, the fault, its proofs, what is open
TABLE = (
    (1, 'The engine is killed between any two journal writes or calls',
     [CRASH, 'proof/kill.py:killed_at_random', 'proof/kill.py:killed_in_a_call',
      'engine/test_failover.c:killed', 'store/test_kill.c:what_was_acknowledged_is_there'], ''),
    (2, 'A call is applied and its answer is lost',
     [MATRIX, CRASH, 'engine/test_replicas.c:lost_answers_make_nothing_twice',
      'engine/test_sync.c:a_lost_answer_makes_no_second_point'], ''),
    (3, 'Storms of 5xx, 429 and time-outs; a slow drip',
     [MATRIX, 'cloud/test_repeat.c:time_is_bounded', 'cloud/test_repeat.c:retry_after_is_honoured'],
     ''),
    (4, 'The source dies in the middle of a planned failover',
     ['engine/test_failover.c:a_planned_one_needs_the_source',
      'engine/test_failover.c:forced_while_the_source_is_dark',
      'engine/test_lost_site.c:after_the_stops',
      'engine/test_lost_site.c:before_the_stops', 'proof/outages.py:dies'], ''),
    (5, 'The target dies in the middle of a failover',
     ['engine/test_outage.c:the_target_goes_while_volumes_are_made',
      'engine/test_outage.c:the_target_goes_in_the_cleanup',
      'engine/test_lost_site.c:after_the_failover', 'proof/outages.py:dies'], ''),
    (6, 'Both sites are cut off from the engine, and live', ['proof/outages.py:parted'], ''),
    (7, 'Split brain: both primaries run',
     ['engine/test_resolve.c:nothing_is_done_with_a_split_group',
      'engine/test_windows.c:a_split_is_a_state_of_its_own',
      'engine/test_by_itself.c:the_old_primary_comes_back',
      'engine/test_failover.c:the_first_site_is_back_when_it_is_committed',
      'engine/test_failover.c:whoever_reads_both_sites_sees_the_split', 'engine/test_rebuild.c:both_sides_run'],
     ''),
    (8, 'The source cannot be fenced, or its stop takes too long',
     ['engine/test_readiness.c:a_stop_in_the_middle',
      'engine/test_preflight.c:one_that_is_locked_meanwhile', 'proof/lies.py:a_stop_that_is_refused',
      'proof/lies.py:a_stop_that_never_ends'], ''),
    (9, 'It is said to be stopped, attached or gone, and is not',
     ['proof/lies.py:a_stop_that_is_a_lie', 'proof/lies.py:a_delete_that_is_a_lie',
      'proof/lies.py:a_disk_that_nova_does_not_list',
      'proof/lies.py:a_list_without_a_new_server', 'proof/lies.py:a_list_with_a_phantom_server',
      'engine/test_lies.c:nothing_is_begun_on_the_word_of_one',
      'engine/test_stop.c:a_guest_that_goes_on_is_not_copied',
      'proof/invariants.py:ledger_lies'],
     'a guest that goes on behind a server that is SHUTOFF, and that no check reaches from here'),
    (10, 'The snapshot is old, missing, in transfer, or goes after it was chosen',
     ['engine/test_points.c:a_point_that_goes_in_time_is_replaced',
      'engine/test_points.c:a_point_that_goes_half_way_is_not_mixed_with_another',
      'engine/test_points.c:a_chosen_point_that_goes_is_not_replaced',
      'engine/test_replicas.c:no_replicated_snapshot_yet'], ''),
    (11, 'One volume of the group is of another moment',
     ['engine/test_points.c:volumes_of_two_moments_are_never_used',
      'engine/test_points.c:a_point_without_a_volume_is_refused',
      'engine/test_preflight.c:a_point_of_two_moments',
      'engine/test_preflight.c:its_own_point_of_two_moments'], ''),
    (12, 'Quota or capacity ends half-way',
     ['engine/test_readiness.c:what_has_no_room_is_not_begun',
      'engine/test_preflight.c:two_that_want_the_same_room',
      'engine/test_failover.c:one_create_fails_and_all_is_taken_back',
      'engine/test_troubles.c:every_symptom_has_a_cause_and_a_remedy'], ''),
    (13, 'An address is taken, a network is missing or is that of production',
     ['engine/test_addresses.c:a_given_address_that_is_lost_fails_the_drill',
      'engine/test_copies.c:a_drill_keeps_nothing_beside_production',
      'engine/test_readiness_eval.c:every_check'], ''),
    (14, 'Flavor, image, type or permission is missing at the target',
     ['engine/test_drill.c:what_the_target_lacks_is_told',
      'engine/test_replicas.c:managing_is_refused_by_policy',
      'engine/test_readiness.c:the_arrays_are_asked_too', 'engine/test_readiness.c:who_may_only_read',
      'engine/test_preflight.c:a_check_that_can_never_run',
      'engine/test_preflight.c:a_callout_that_is_not_allowed',
      'engine/test_troubles.c:a_missing_image_is_seen_first'], ''),
    (15, 'The token ends or is revoked in the middle',
     [MATRIX, 'cloud/test_session.c:a_token_is_renewed_before_it_ends'], ''),
    (16, 'The clock jumps; the sites are askew',
     ['store/test_lease.c:a_clock_that_jumps_does_not_lock_for_ever',
      'engine/test_windows.c:a_clock_set_forward_ends_nothing',
      'engine/test_windows.c:a_clock_set_while_it_runs_makes_nothing_late',
      'cloud/test_answers.c:the_sites_clock_is_compared',
      'cloud/test_session.c:expiry_is_by_the_sites_clock'], ''),
    (17, 'The disk is full or fails, the journal is locked, damaged, read-only',
     ['store/test_faults.c:at_every_point', TROUBLE + 'the_disk_is_full',
      TROUBLE + 'the_journal_is_locked', TROUBLE + 'the_journal_is_read_only',
      TROUBLE + 'the_journal_is_damaged', 'engine/test_engines.c:what_cannot_be_written_down_is_not_done'],
     ''),
    (18, 'Two operators or two engines at once',
     ['store/test_lease.c:of_a_hundred_one_wins_and_its_death_frees',
      TROUBLE + 'a_hundred_start_at_once', TROUBLE + 'stopped_for_long',
      'proof/engines.py:killed', 'proof/engines.py:asked_at_once',
      'proof/engines.py:stopped_within_a_transaction',
      'engine/test_engines.c:an_engine_that_is_stopped_while_it_writes_is_told_of',
      'engine/test_guards.c:two_consoles_ask_at_once'], ''),
    (19, 'The terminal dies',
     [TROUBLE + 'the_terminal_goes_away', TROUBLE + 'asked_to_end',
      'tui/test_app.c:a_dropped_line_does_not_end_what_runs',
      'tui/test_app.c:resize_storms_are_survived',
      'widgets/test_term.c:a_suspended_program_has_given_the_terminal_back'], ''),
    (20, 'A drill leaves something, or deletes what is not its own',
     [MATRIX, 'proof/invariants.py:foreign_deleted',
      'engine/test_troubles.c:what_survives_is_named',
      'engine/test_troubles.c:a_strangers_drill_is_left_alone'], ''),
    (21, 'Replication comes back onto volumes that a drill still uses',
     ['engine/test_drills.c:what_is_left_is_known_by_the_second_drill',
      'engine/test_failover.c:a_kept_drill_is_cleaned_up_first',
      'engine/test_failover.c:a_running_drill_makes_way_for_a_forced_one'], ''),
    (22, 'A health check flaps, never answers, or the wrong server does',
     ['engine/test_checks.c:who_comes_late_or_flaps_passes_in_time',
      'engine/test_checks.c:there_is_one_budget',
      'engine/test_addresses.c:the_wrong_guest_proves_nothing',
      'engine/test_many.c:slow_checks_do_not_starve_the_others'], ''),
    (23, 'A record that is older than the world comes back from a backup',
     ['engine/test_older_history.c:the_file_is_newer',
      'engine/test_older_history.c:the_marks_are_newer',
      'engine/test_readiness_eval.c:every_check',
      'engine/test_rebuild.c:marks_newer_than_the_file_win',
      'engine/test_rebuild.c:the_file_and_the_sites_disagree',
      'engine/test_record.c:every_change_counts_and_nothing_else'], ''),
    (24, 'A server or a disk was added, resized or deleted meanwhile',
     ['engine/test_drift.c:every_change_has_its_line',
      'engine/test_replicas.c:a_volume_is_missing_from_the_point'], ''),
    (25, 'A callout hangs, floods, fails',
     ['engine/test_boot_order.c:a_callout_that_hangs_is_ended',
      'engine/test_boot_order.c:a_callout_may_say_much',
      'engine/test_boot_order.c:a_callout_that_fails_does_what_it_is_told',
      'net/test_child.c:its_time_is_bounded'], ''),
    (26, 'The console is renewed in the middle; the journal is of another version',
     ['store/test_open.c:a_newer_schema_is_refused_unchanged',
      'store/test_open.c:scripts_run_in_order_and_whole',
      'store/test_rows.c:a_strange_row_is_named'], ''),
    (27, 'Hostile text from the interfaces',
     ['tui/test_layout.c:hostile_names_are_defused_on_every_screen',
      'tui/test_app.c:no_hostile_byte_reaches_the_terminal',
      'base/test_text.c:every_byte_pair_is_safe_after', 'proof/invariants.py:dirty_outputs'], ''),
    (28, 'The operator errs: wrong site, wrong group, Enter again, a paste',
     ['tui/test_move.c:nothing_but_the_exact_name_counts',
      'tui/test_screens.c:a_paste_presses_nothing',
      'tui/test_screens.c:changing_the_world_asks_first_and_enter_means_no',
      'engine/test_failover.c:the_name_is_typed', 'verbs/moves.py:unconfirmed'], ''),
)


def missing(proof):
    """Whether a named test is not there."""
    path, _, name = proof.partition(':')
    try:
        with open(os.path.join(HERE, path), encoding='utf-8') as f:
            text = f.read()
    except OSError:
        return True
    return name + '(' not in text


def check():
    wrong = ['%d: there is no %s' % (n, p) for n, _, proofs, _ in TABLE for p in proofs
             if missing(p)]
    wrong += ['%d: no proof: %s' % (n, fault) for n, fault, proofs, left in TABLE
              if not proofs and not left]
    if [row[0] for row in TABLE] != list(range(1, 29)):
        wrong.append('not every fault has its row')
    for line in wrong:
        print(line)
    print('%d faults, %d proofs, %d open' % (len(TABLE), sum(len(r[2]) for r in TABLE),
                                             sum(1 for r in TABLE if r[3])))
    return 1 if wrong else 0


def table():
    print('| # | fault | proved by | open |\n|---|---|---|---|')
    for n, fault, proofs, left in TABLE:
        print('| %d | %s | %s | %s |' % (n, fault, '<br>'.join('`%s`' % p for p in proofs), left))
    return 0


if __name__ == '__main__':
    sys.exit(check() if sys.argv[1:] == ['--check'] else table())
