// Matches -> which documents are kept.
#pragma once
#include "../base/slice.h"

// For which document each other one is dropped (-1: for none): the most similar partner that comes before it in
// `order` and is kept, the first in `order` of several.
API int64_t dd_assign(In<int64_t> order, In<int64_t> bounds, In<int64_t> partners, In<double> similarity,
                      Out<int64_t> keeper) {
    Room<int64_t> rank(order.count);
    if (!rank.ok) return OUT_OF_MEMORY;
    keeper.fill(-1);
    rank.fill(-1);
    for (int64_t place = 0; place < order.count; place++) rank[order[place]] = place;
    for (int64_t place = 0; place < order.count; place++) {
        int64_t document = order[place], best = -1;
        double closest = -1.0;
        for (int64_t i = bounds[document]; i < bounds[document + 1]; i++) {
            int64_t other = partners[i];
            if (rank[other] >= place || keeper[other] >= 0) continue;
            if (similarity[i] > closest || (similarity[i] == closest && rank[other] < rank[best])) {
                best = other, closest = similarity[i];
            }
        }
        keeper[document] = best;
    }
    return 0;
}
