# The tester tested: kernels with one fault each, built as a program of its own that must fail the tests, and by the check that
# is named: what it prints. A text that is no longer found stops the configuration.

# A tier of their own, `./do test mutants`: they change when a kernel or its tests do.
add_custom_target(tests_mutants)

# A fault in `file` of kernels/cuda, which `kernels` of the same folder are made of: they stand in the mutant's program for the
# faultless ones of the library. `objects`: the tests, of which `filter` selects some.
function(colourize_mutant_of file kernels objects filter name check text replacement)
  set(original ${PROJECT_SOURCE_DIR}/kernels/cuda/${file})
  # They are written when the build is configured: a kernel that changed makes new ones.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${original})
  file(READ ${original} source)
  string(REPLACE "${text}" "${replacement}" mutated "${source}")
  if(mutated STREQUAL source)
    message(FATAL_ERROR "mutant ${name}: its text is not in ${original}")
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/mutants/${name})
  file(GENERATE OUTPUT ${folder}/kernels/cuda/${file} CONTENT "${mutated}")
  set(sources)
  foreach(kernel ${kernels})
    if(kernel STREQUAL file)
      list(APPEND sources ${folder}/kernels/cuda/${file})
      set_source_files_properties(${folder}/kernels/cuda/${file}
        PROPERTIES GENERATED TRUE LANGUAGE CXX COMPILE_OPTIONS "${kernel_options};-O1")
    else()
      list(APPEND sources ${PROJECT_SOURCE_DIR}/kernels/cuda/${kernel})
    endif()
  endforeach()
  add_executable(mutant_${name} EXCLUDE_FROM_ALL ${sources})
  add_dependencies(tests_mutants mutant_${name})
  target_include_directories(mutant_${name} BEFORE PRIVATE ${folder})
  target_link_libraries(mutant_${name} PRIVATE ${objects} cuda_test_objects cuda_kernels)
  add_test(NAME mutant.${name} COMMAND mutant_${name} --gtest_fail_fast --gtest_brief=1 --gtest_filter=${filter})
  set_tests_properties(mutant.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${check}" TIMEOUT 300 LABELS mutant)
endfunction()

function(colourize_mutant name check text replacement)
  colourize_mutant_of(convolution.cu convolution.cu cuda_kernels_test_objects "*" ${name} "${check}" "${text}"
    "${replacement}")
endfunction()

# What both kernels on tensor cores share.
function(colourize_tile_mutant name check text replacement)
  colourize_mutant_of(convolution_tile.cuh "convolution.cu;convolution_wgmma.cu" cuda_kernels_test_objects "*" ${name} "${check}"
    "${text}" "${replacement}")
endfunction()

function(colourize_wgmma_mutant name check text replacement)
  colourize_mutant_of(convolution_wgmma.cu convolution_wgmma.cu cuda_kernels_test_objects "*wgmma*" ${name} "${check}" "${text}"
    "${replacement}")
endfunction()

set(race "race at byte")
set(unwritten "which nobody has written")
set(conflict "bank conflicts")
set(numbers "exceeds")
set(strays "written around the output")

colourize_mutant(loop_barrier_dropped "${unwritten}"
  [[    __syncthreads();
    if (i + Tile::stages - 1 < all)]] [[    if (i + Tile::stages - 1 < all)]])
colourize_tile_mutant(barrier_before_sums_dropped "${race}"
  [[    __syncthreads();  // all are done with what lay there: the stages, or the pass before]] [[]])
colourize_tile_mutant(barrier_after_sums_dropped "${race}"
  [[    __syncthreads();
#pragma unroll(Tile]] [[#pragma unroll(Tile]])
# Where one stage is all, nothing races: what has not landed reads as NaN, in the output too.
colourize_mutant(wait_off_by_one "${race}|${numbers}" [[cp_async_wait<Tile::stages - 2>]] [[cp_async_wait<Tile::stages - 1>]])
colourize_mutant(stage_loaded_too_early "${race}" [[int next = Tile::stages - 1;]] [[int next = 0;]])
colourize_mutant(last_stage_not_loaded "${unwritten}|${numbers}" [[if (i + Tile::stages - 1 < all)]] [[if (i + Tile::stages < all)]])
colourize_mutant(swizzle_off "${conflict}" [[(chunk ^ ((row >> 1) & (stage_chunks - 1)))]] [[chunk]])
colourize_mutant(swizzle_by_every_row "${conflict}" [[(row >> 1)]] [[row]])
colourize_tile_mutant(sums_rows_not_apart "${conflict}" [[== 0 ? channels + 8 : channels]] [[== 0 ? channels : channels]])
colourize_tile_mutant(sums_read_in_order "${conflict}" [[const bool swapped = (threadIdx.x & 4U) != 0;]] [[const bool swapped = false;]])
colourize_mutant(tail_channels_read_whole "${numbers}"
  [[left < chunk_halves ? left : chunk_halves]] [[chunk_halves]])
colourize_tile_mutant(tail_pixel_not_masked "${strays}"
  [[index >= task.output.shape.pixels()]] [[index > task.output.shape.pixels()]])
colourize_mutant(pad_predicate_off_by_one "${numbers}" [[inside =
          y >= 0]] [[inside =
          y >= -1]])
colourize_mutant(padding_of_the_other_side "${numbers}" [[task.padding.left]] [[task.padding.right]])
colourize_mutant(picture_of_the_tap_before "${numbers}" [[      ++tap_y_;
    }
    begin_tap();]] [[      ++tap_y_;
    }]])
colourize_mutant(swizzle_of_the_first_channels "${conflict}|${numbers}" [[(a_place ^ k)]] [[(a_place + k)]])
colourize_tile_mutant(bias_skipped "${numbers}" [[  add(task.bias, at, sums);]] [[]])
colourize_mutant(fragment_lanes_swapped "${numbers}" [[lane / 8 % 2)]] [[lane / 16)]])
colourize_mutant(part_of_the_sum_lost "${numbers}" [[split < task.splits; ++split]] [[split < task.splits - 1; ++split]])
colourize_mutant(part_begins_a_stage_late "${numbers}" [[first * stage_halves +]] [[(first + (first > 0)) * stage_halves +]])
colourize_mutant(part_begins_with_the_first_tap "${numbers}" [[const int tap = first / channel_stages;]] [[const int tap = 0;]])
colourize_mutant(half_stage_of_other_channels "${numbers}" [[int channel_stage = first % channel_stages;]]
  [[int channel_stage = (first + 1) % channel_stages;]])
colourize_mutant(rows_beyond_the_tile_loaded "${race}|${unwritten}|${numbers}|${strays}"
  [[if (Tile::channels % rows_at_once != 0 && row_ + i * rows_at_once >= Tile::channels) continue;]] [[]])
colourize_mutant(columns_of_the_pair_before "${numbers}" [[fragments[1][1] = both[3];]] [[fragments[1][1] = both[1];]])
colourize_tile_mutant(channels_of_the_first_tile "${race}|${strays}|${numbers}"
  [[static_cast<int>(blockIdx.x - down * across) * Tile::channels]] [[0 * Tile::channels]])
# wgmma's kernel.
colourize_wgmma_mutant(wgmma_fence_of_copies_dropped "without a fence" [[    fence_for_wgmma();]] [[]])
colourize_wgmma_mutant(wgmma_loop_barrier_dropped "${race}|${unwritten}|without a fence" [[    __syncthreads();
    if (i < whole)]] [[    if (i < whole)]])
colourize_wgmma_mutant(wgmma_stage_loaded_too_early "${race}|${numbers}" [[constexpr int ahead = Tile::stages - 2;]]
  [[constexpr int ahead = Tile::stages - 1;]])
colourize_wgmma_mutant(wgmma_two_products_left_running "${race}|${numbers}" [[    wgmma_wait<1>();]] [[    wgmma_wait<2>();]])
colourize_wgmma_mutant(wgmma_sums_read_too_early "${numbers}" [[  wgmma_wait<0>();]] [[]])
colourize_wgmma_mutant(wgmma_copies_not_waited_for "${race}|${unwritten}|${numbers}" [[cp_async_wait<ahead - 1>]] [[cp_async_wait<ahead>]])
colourize_wgmma_mutant(wgmma_swizzle_off "${conflict}|${unwritten}" [[(chunk ^ (row & (Tile::stage_chunks - 1)))]] [[chunk]])
colourize_wgmma_mutant(wgmma_last_channels_lost "${numbers}" [[(last_channels + mma_k - 1) / mma_k]] [[last_channels / mma_k]])
colourize_wgmma_mutant(wgmma_whole_stages_miscounted "${unwritten}" [[depth - area - first]] [[depth - 0 * area - first]])
colourize_wgmma_mutant(wgmma_taps_above_the_picture "${numbers}" [[taps_[i] >> (most_taps + tap_y_) & ]] [[]])
colourize_wgmma_mutant(wgmma_pad_predicate_off_by_one "${numbers}" [[first < 0 ? -first : 0]] [[first < -1 ? -first - 1 : 0]])
colourize_wgmma_mutant(wgmma_tap_stands_still "${numbers}" [[    offset_ += static_cast<int>(task_.input.strides.w);]] [[]])
colourize_wgmma_mutant(wgmma_tail_channels_read_whole "${numbers}" [[left < chunk_halves ? left : chunk_halves]] [[chunk_halves]])
colourize_wgmma_mutant(wgmma_chunks_of_the_last_channels_missed "${unwritten}|${numbers}"
  [[(task_.input.shape.c + mma_k - 1) / mma_k * mma_k)]] [[task_.input.shape.c / mma_k * mma_k)]])
colourize_wgmma_mutant(wgmma_rows_of_the_first_group "${race}" [[/ group_lanes * Tile::group_pixels)]] [[/ group_lanes * 0)]])
# The epilogue that all kernels share.
function(colourize_epilogue_mutant name text replacement)
  colourize_mutant_of(epilogue.cuh convolution.cu cuda_kernels_test_objects "*" ${name} "${numbers}" "${text}"
    "${replacement}")
endfunction()
colourize_epilogue_mutant(residual_skipped [[epilogue.residual.data != nullptr]] [[false]])
colourize_epilogue_mutant(activation_before_skipped [[  activate(epilogue.before, values);]] [[]])
colourize_epilogue_mutant(activation_after_skipped [[  activate(epilogue.after, values);]] [[]])
colourize_epilogue_mutant(affine_before_its_activation [[  activate(epilogue.before, values);
  transform(epilogue.affine, at, values);]] [[  transform(epilogue.affine, at, values);
  activate(epilogue.before, values);]])

# The other operations. `operation`: of the table's cases that are to catch it.
function(colourize_operation_mutant file kernels operation name check text replacement)
  colourize_mutant_of(${file} "${kernels}" cuda_operations_test_objects "Cases/*${operation}*" ${name} "${check}" "${text}"
    "${replacement}")
endfunction()

function(colourize_attention_mutant name check text replacement)
  colourize_operation_mutant(self_attention.cu self_attention.cu self_attention ${name} "${check}" "${text}" "${replacement}")
endfunction()
colourize_attention_mutant(softmax_over_the_wrong_index "${numbers}"
  [[keys(args.key, picture);
  const Positions<const __half> queries(args.query, picture);]]
  [[keys(args.query, picture);
  const Positions<const __half> queries(args.key, picture);]])
colourize_attention_mutant(stale_largest "${numbers}" [[    sums.scale(rows.factors);]] [[]])
colourize_attention_mutant(stale_sum_of_weights "${numbers}" [[      sums_[i] *= factor;]] [[]])
colourize_attention_mutant(largest_of_one_half "${numbers}"
  [[fmaxf(rows.largest[row(i)], rows.largest[tile_keys + row(i)])]] [[rows.largest[half_ * tile_keys + row(i)] ]])
colourize_attention_mutant(tail_mask_off "${numbers}" [[if (column(n) + i % 2 >= valid)]] [[if (valid < 0)]])
colourize_attention_mutant(barrier_after_largest_dropped "${race}|${unwritten}"
  [[    __syncthreads();  // both halves' largest are told]] [[]])
colourize_attention_mutant(barrier_after_weights_dropped "${race}|${unwritten}"
  [[    __syncthreads();  // weights and factors are told]] [[]])
colourize_attention_mutant(one_stage_for_all_tiles "${race}" [[layout.values(tile % 2), Layout::value_stride]]
  [[layout.values(0), Layout::value_stride]])
colourize_attention_mutant(barrier_before_results_dropped "${race}|${unwritten}"
  [[  __syncthreads();  // and all are done with the values, whose place the results take]] [[]])
colourize_attention_mutant(results_read_before_they_are_there "${race}" [[    sums.store(results, block);
    __syncwarp();]] [[    sums.store(results, block);]])
colourize_attention_mutant(results_overwritten "${race}" [[    if (block > 0) __syncwarp();]] [[    ]])
colourize_attention_mutant(results_read_in_order "${conflict}" [[result_row % 2 != 0]] [[false]])
colourize_attention_mutant(tail_position_not_masked "${strays}" [[if (position >= count || ]] [[if (position > count || ]])
colourize_attention_mutant(values_not_apart "${conflict}" [[value_stride = tile_stride<__half>(slice_channels, mma_k);]]
  [[value_stride = slice_channels;]])

# Multi-head attention; the slash keeps the cases of self-attention out.
function(colourize_heads_mutant_of file name check text replacement)
  colourize_operation_mutant(${file} "attention.cu;attention_float32.cu" /attention ${name} "${check}" "${text}" "${replacement}")
endfunction()
function(colourize_heads_mutant name check text replacement)
  colourize_operation_mutant(attention.cu attention.cu /attention ${name} "${check}" "${text}" "${replacement}")
endfunction()
colourize_heads_mutant(heads_scale_forgotten "${numbers}" [[std::sqrt(depth)]] [[std::sqrt(depth / depth)]])
colourize_heads_mutant(heads_tail_keys_not_masked "${numbers}" [[if (valid >= tile_keys) return;]] [[if (valid > 0) return;]])
colourize_heads_mutant(heads_stale_sums "${numbers}" [[        sums_[n][2 * i] *= factor;]] [[]])
colourize_heads_mutant(heads_stale_sum_of_weights "${numbers}" [[      weight_sums_[i] *= factor;]] [[]])
colourize_heads_mutant(heads_largest_of_one_lane "${numbers}" [[largest = largest_of<4>(largest);]] [[]])
colourize_heads_mutant(heads_weights_of_other_rows "${numbers}" [[halves(left[2], left[3])]] [[halves(left[0], left[1])]])
colourize_heads_mutant(heads_barrier_dropped "${race}|${unwritten}"
  [[    __syncthreads();
    if (tile + 1 < block.last_tile)]] [[    if (tile + 1 < block.last_tile)]])
colourize_heads_mutant(heads_one_stage_for_all_tiles "${race}" [[Places::values(tile % 2), Places::stride, values]]
  [[Places::values(0), Places::stride, values]])
colourize_heads_mutant(heads_rows_not_apart "${conflict}" [[stride = tile_stride<__half>(depth, mma_k);]] [[stride = depth;]])
colourize_heads_mutant(heads_tail_query_not_masked "what is no memory of the kernel's" [[if (query >= task.queries())]] [[if (query > task.queries())]])
colourize_heads_mutant(heads_joined_without_their_largest "${numbers}" [[exp2f(extremes.x - largest)]] [[1.0F]])
colourize_heads_mutant(heads_last_split_lost "${numbers}" [[split < task.splits; ++split) {
    const auto extremes]] [[split < task.splits - (task.splits > 1); ++split) {
    const auto extremes]])
colourize_heads_mutant(heads_stored_in_the_first "${race}|${strays}|${numbers}" [[outputs.at(query) + head * task.depth()]] [[outputs.at(query) + 0 * head]])
colourize_heads_mutant_of(attention.cuh heads_read_from_the_first "${numbers}" [[ + head * task.depth();]] [[ + 0 * head;]])
colourize_heads_mutant_of(attention.cuh heads_split_begins_late "${numbers}" [[first_tile = key_tiles * split / task.splits;]]
  [[first_tile = key_tiles * split / task.splits + (split > 0);]])
colourize_heads_mutant_of(attention_float32.cu heads_tail_keys_not_masked_in_float32 "${numbers}" [[row_lanes < count ?]]
  [[row_lanes < count + tile_keys ?]])
colourize_heads_mutant_of(attention_float32.cu heads_stale_sums_in_float32 "${numbers}" [[sums[r][c] *= factors[warp_row + r];]] [[;]])

function(colourize_upsample_mutant name text replacement)
  colourize_operation_mutant(blur.cuh "upsample.cu;concatenate.cu" upsample ${name} "${numbers}" "${text}" "${replacement}")
endfunction()
colourize_upsample_mutant(blur_off_by_one [[      left[1] = before.corners[3];]] [[      left[1] = before.corners[2];]])
colourize_upsample_mutant(edge_not_replicated [[    if (at_.y == 0) {]] [[    if (at_.y < 0) {]])
colourize_upsample_mutant(row_above_a_strip_lost [[    if (at_.y == 0) return;]] [[    if (at_.y >= 0) return;]])
colourize_upsample_mutant(row_and_column_swapped [[all.elements[4 * i + corner];]]
  [[all.elements[4 * i + corner % 2 * 2 + corner / 2];]])
colourize_upsample_mutant(planes_swapped [[from + corner * plane]] [[from + (corner % 2 * 2 + corner / 2) * plane]])

function(colourize_upsample_by_4_mutant name text replacement)
  colourize_operation_mutant(upsample.cu upsample.cu upsample ${name} "${numbers}" "${text}" "${replacement}")
endfunction()
colourize_upsample_by_4_mutant(row_and_column_of_4_swapped [[4 * (y % 4) + x % 4]] [[4 * (x % 4) + y % 4]])
colourize_upsample_by_4_mutant(edge_above_reflected [[at.y > 0 ? at.y - 1 : 0]] [[at.y > 0 ? at.y - 1 : 1]])
colourize_upsample_by_4_mutant(edge_before_reflected [[at.x > 0 ? at.x - 1 : 0]] [[at.x > 0 ? at.x - 1 : 1]])
colourize_upsample_by_4_mutant(blur_by_4_the_other_way [[at.x > 0 ? at.x - 1 : 0]]
  [[at.x + 1 < args.output.shape.w ? at.x + 1 : at.x]])

colourize_operation_mutant(concatenate.cu concatenate.cu concatenate affine_of_the_second_skipped "${numbers}"
  [[args.affines[1], of_second]] [[Affine{}, of_second]])
colourize_operation_mutant(concatenate.cu concatenate.cu concatenate border_off_by_one "${numbers}"
  [[if (at.channel < args.inputs[0].shape.c)]] [[if (at.channel <= args.inputs[0].shape.c)]])
colourize_operation_mutant(pointwise.cu pointwise.cu pointwise gelu_taken_for_a_clamp "${numbers}"
  [[activation != Activation::gelu]] [[activation != Activation::none]])
colourize_operation_mutant(pointwise.cu pointwise.cu pointwise gelu_of_a_smaller_number "${numbers}"
  [[values[i] * root_of_half]] [[values[i] * root_of_half * root_of_half]])
colourize_operation_mutant(softmax.cu softmax.cu softmax largest_not_taken_off "${numbers}" [[(value - largest)]] [[value]])
colourize_operation_mutant(softmax.cu softmax.cu softmax tail_channels_summed "${numbers}"
  [[sum += i < place.valid ?]] [[sum += place.valid > 0 && i < size ?]])
function(colourize_layer_norm_mutant name text replacement)
  colourize_operation_mutant(layer_norm.cu layer_norm.cu layer_norm ${name} "${numbers}" "${text}" "${replacement}")
endfunction()
colourize_layer_norm_mutant(norm_tail_channel_counted [[i < place.valid ? chunk[i] - mean : 0.0F]]
  [[i <= place.valid ? chunk[i] - mean : 0.0F]])
colourize_layer_norm_mutant(norm_without_epsilon [[ + args.epsilon);]] [[);]])
colourize_layer_norm_mutant(norm_mean_uncorrected [[((chunk[i] - mean) - correction)]] [[(chunk[i] - mean)]])
colourize_layer_norm_mutant(norm_squares_unshifted [[squares += value * value;]]
  [[squares += i < place.valid ? chunk[i] * chunk[i] - mean * mean : 0.0F;]])
colourize_layer_norm_mutant(norm_of_half_a_warp [[sum_of<warp_lanes>(squares)]] [[sum_of<warp_lanes / 2>(squares)]])
colourize_layer_norm_mutant(norm_affine_skipped [[    transform(args.affine, place, values);]] [[]])
function(colourize_projection_mutant name text replacement)
  colourize_operation_mutant(projection.cu projection.cu projection ${name} "${numbers}" "${text}" "${replacement}")
endfunction()
colourize_projection_mutant(weights_of_the_first_picture [[{.n = at.n, .y = 0]] [[{.n = 0, .y = 0]])
colourize_projection_mutant(weights_transposed [[    weight += outputs;]] [[    weight += outputs / outputs;]])
colourize_projection_mutant(groups_not_interleaved [[    from += args.groups;]] [[    from += size;]])
colourize_projection_mutant(last_channel_lost [[c < depth;]] [[c < depth - 1;]])
colourize_projection_mutant(first_output_for_all [[.channel = output, .valid = 1}]] [[.channel = 0, .valid = 1}]])
colourize_projection_mutant(first_groups_for_all [[at.channel - output * args.groups]] [[0]])
colourize_operation_mutant(depthwise.cu depthwise.cu convolution window_off_by_one "${numbers}"
  [[args.padding.left + i;]] [[args.padding.left + i + 1;]])
colourize_operation_mutant(runs.cuh depthwise.cu convolution run_not_masked "${race}|${strays}"
  [[if (at.x < args.output.shape.w)]] [[if (at.x <= args.output.shape.w)]])
colourize_operation_mutant(direct.cu direct.cu convolution first_group_for_all "${numbers}" [[group_outputs) * group_inputs;]] [[group_outputs) * 0;]])
colourize_operation_mutant(max_pool.cu max_pool.cu max_pool outside_counts_as_zero "${numbers}" [[-INFINITY]] [[0.0F]])
colourize_operation_mutant(resize_nearest.cu resize_nearest.cu resize_nearest nearest_of_centres "${numbers}"
  [[static_cast<float>(index) * scale]] [[(static_cast<float>(index) + 0.5F) * scale]])

# The steps around a generator.
function(colourize_picture_mutant file kernels name check text replacement)
  colourize_mutant_of(${file} "${kernels}" cuda_pictures_test_objects "CudaPicture*:-CudaPictureMean*" ${name} "${check}"
    "${text}" "${replacement}")
endfunction()
function(colourize_mean_mutant name check text replacement)
  colourize_mutant_of(picture_chroma.cu picture_chroma.cu cuda_pictures_test_objects "CudaPictureMean*" ${name} "${check}"
    "${text}" "${replacement}")
endfunction()
colourize_picture_mutant(picture_input.cu picture_input.cu input_in_the_first_picture "the first picture was written"
  [[{static_cast<int>(task.n),]] [[{0,]])
colourize_picture_mutant(picture_input.cu picture_input.cu black_in_other_units "${numbers}"
  [[(luma_at<channels>(row + std::int64_t{channels} * x) - task.black)]]
  [[luma_at<channels>(row + std::int64_t{channels} * x) - task.black]])
colourize_picture_mutant(picture_chroma.cu picture_chroma.cu infinity_unnoticed "nobody noticed"
  [[fabsf(value) <= std::numeric_limits<float>::max()]] [[value == value]])
colourize_mean_mutant(nan_clamped_away "nobody noticed"
  [[if (!finite) pair =]] [[if (false) pair =]])
colourize_mean_mutant(mean_of_the_last_member "exceeds rounding"
  [[if (!task.first && thread_number() < pixels) sum]] [[if (false) sum]])
colourize_mean_mutant(mean_of_the_picture_before "actual.has_value"
  [[!task.first && thread_number() < pixels]] [[thread_number() < pixels]])
colourize_mean_mutant(last_of_the_mean_read_again "${race}"
  [[!task.first && thread_number() < pixels]] [[!task.first]])
colourize_mean_mutant(share_of_red_forgotten "exceeds rounding"
  [[task.share * chroma.y]] [[chroma.y]])
colourize_picture_mutant(picture_chroma.cu picture_chroma.cu last_pixel_written_again "${race}"
  [[thread_number() >= pixels) return]] [[thread_number() >= pixels + warp_lanes) return]])
colourize_picture_mutant(picture_chroma.cu picture_chroma.cu grey_of_the_first_picture "exceeds one level"
  [[task.args.input, Place{static_cast<int>(task.args.n),]] [[task.args.input, Place{0,]])
colourize_picture_mutant(picture_chroma.cu picture_chroma.cu grey_as_the_network_has_it "exceeds one level"
  [[ * task.args.grey.deviation[0] + task.args.grey.mean[0];]] [[;]])
colourize_picture_mutant(picture_chroma.cu picture_chroma.cu a_and_b_swapped "exceeds one level"
  [[cielab::chroma(grey, values[0], values[1])]] [[cielab::chroma(grey, values[1], values[0])]])
colourize_picture_mutant(picture_merge.cu picture_merge.cu blue_and_red_swapped "exceeds one level"
  [[red_range * chroma.y]] [[red_range * chroma.x]])
colourize_picture_mutant(picture_merge.cu picture_merge.cu channels_clamped_alone "exceeds one level"
  [[__fdividef(room, way)]] [[0 * room + 0 * way + 1.0F]])
colourize_picture_mutant(picture_merge.cu picture_merge.cu share_of_blue_forgotten "exceeds one level"
  [[fitting_share(y, blue, full_range)]] [[1.0F]])
colourize_picture_mutant(picture_merge.cu picture_merge.cu below_black_forgotten "exceeds one level"
  [[above || channel < 0]] [[above]])
colourize_picture_mutant(pictures.cuh "picture_input.cu;picture_chroma.cu;picture_merge.cu" samples_cut_off
  "exceeds what rounding explains" [[largest) + 0.5F]] [[largest)]])
colourize_picture_mutant(pictures.cuh "picture_input.cu;picture_chroma.cu;picture_merge.cu" rows_as_long_as_columns
  "exceeds one level" [[resize.horizontal.from + x]] [[resize.vertical.from + x]])
