<?php
/**
 * Leaves nothing behind.
 *
 * @package Daymark_Booking
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'daymark_booking_host' );
